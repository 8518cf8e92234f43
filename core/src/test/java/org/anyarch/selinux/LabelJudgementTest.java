package org.anyarch.selinux;

import static org.anyarch.selinux.LabelJudgement.Reach.EVERYBODY;
import static org.anyarch.selinux.LabelJudgement.Reach.ITS_OWN_CONTAINER;
import static org.anyarch.selinux.LabelJudgement.Reach.PRIVILEGED;
import static org.anyarch.selinux.LabelJudgement.Reach.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LabelJudgementTest {
  private static LabelJudgement judged(String type, String level) throws LabelException {
    return LabelJudgement.of(Label.parse("system_u:object_r:" + type + ":" + level));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        // Bottlerocket, from its policy
        "local_t s0 EVERYBODY",
        "local_t s0:c1,c2 EVERYBODY",
        "cache_t s0 EVERYBODY",
        "os_t s0 EVERYBODY",
        "any_t s0 EVERYBODY",
        "data_t s0 EVERYBODY",
        "data_t s0:c1,c2 ITS_OWN_CONTAINER",
        "secret_t s0 PRIVILEGED",
        "private_t s0 PRIVILEGED",
        "csi_exec_t s0 PRIVILEGED",
        // Fedora and RHEL with container-selinux
        "container_file_t s0 EVERYBODY",
        "container_file_t s0:c17,c800 ITS_OWN_CONTAINER",
        "container_ro_file_t s0 EVERYBODY",
        "usr_t s0 EVERYBODY",
        "bin_t s0 EVERYBODY",
        "bin_t s0:c5 ITS_OWN_CONTAINER",
        "var_lib_t s0 PRIVILEGED",
        "user_home_t s0 PRIVILEGED",
        // neither, or both in different ways
        "unlabeled_t s0 UNKNOWN",
        "httpd_sys_content_t s0 UNKNOWN"
      })
  void eachTypeIsJudgedAsItsPolicyDoes(String type, String level, LabelJudgement.Reach reach)
      throws LabelException {
    LabelJudgement judgement = judged(type, level);

    assertThat(judgement.reach()).isEqualTo(reach);
    assertThat(judgement.sentence()).contains(type).doesNotContain("\n");
    assertThat(judgement.remedy().isEmpty()).isEqualTo(reach == EVERYBODY);
  }

  @Test
  void theRemedyIsThatOfTheSystem() throws LabelException {
    assertThat(judged("secret_t", "s0").remedy()).contains("local_t").contains("not cp -a");
    assertThat(judged("data_t", "s0:c1,c2").remedy()).contains("local_t");
    assertThat(judged("var_lib_t", "s0").remedy())
        .contains("semanage fcontext")
        .contains("restorecon");
    assertThat(judged("container_file_t", "s0:c1,c2").remedy()).contains("restorecon -RF");
    assertThat(judged("made_up_t", "s0").remedy())
        .contains("sesearch -A -s container_t -t made_up_t");
  }

  @Test
  void whatItMeansIsSaid() throws LabelException {
    assertThat(judged("secret_t", "s0").sentence()).contains("SIGSEGV").contains("139");
    assertThat(judged("data_t", "s0:c1,c2").sentence())
        .contains("s0:c1,c2")
        .contains("one container");
    assertThat(judged("unlabeled_t", "s0").reach()).isEqualTo(UNKNOWN);
    assertThat(judged("unlabeled_t", "s0").sentence()).contains("Bottlerocket").contains("Fedora");
    assertThat(judged("bin_t", "s0:c5").reach()).isEqualTo(ITS_OWN_CONTAINER);
    assertThat(judged("etc_secret_t", "s0").reach()).isEqualTo(PRIVILEGED);
  }
}
