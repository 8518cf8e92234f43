package org.anyarch.selinux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class AvcTest {
  private static final String MAP =
      "type=AVC msg=audit(1727712345.123:456): avc:  denied  { map } for  pid=4711 comm=\"uname\""
          + " path=\"/opt/qemu/qemu-aarch64\" dev=\"nvme1n1p1\" ino=1234"
          + " scontext=system_u:system_r:container_t:s0:c172,c178"
          + " tcontext=system_u:object_r:secret_t:s0 tclass=file permissive=0";

  /// As bottlerocket-core-kit's pull request 206 shows it, seen by dmesg.
  private static final String REGISTER =
      "[   98.765432] audit: type=1400 audit(1730764800.000:7): avc:  denied  { write } for  pid=12"
          + " comm=\"sh\" name=\"register\" dev=\"binfmt_misc\" ino=2"
          + " scontext=system_u:system_r:container_t:s0:c172,c178"
          + " tcontext=system_u:object_r:binfmt_misc_fs_t:s0 tclass=file permissive=0";

  private static Avc avc(String line) {
    return Avc.parse(line).orElseThrow();
  }

  @Test
  void aDenialOfTheAuditLogIsRead() {
    Avc avc = avc(MAP);

    assertThat(avc.granted()).isFalse();
    assertThat(avc.permissions()).containsExactly("map");
    assertThat(avc.source().type()).isEqualTo("container_t");
    assertThat(avc.target().type()).isEqualTo("secret_t");
    assertThat(avc.objectClass()).isEqualTo("file");
    assertThat(avc.permissive()).isFalse();
    assertThat(avc.fields())
        .containsEntry("path", "/opt/qemu/qemu-aarch64")
        .containsEntry("ino", "1234");
  }

  @Test
  void aDeniedMapIsAboutTheEmulatorsLabel() {
    Avc avc = avc(MAP);

    assertThat(avc.sentence())
        .startsWith("uname (container_t) was denied map on /opt/qemu/qemu-aarch64 (secret_t): ")
        .contains("SIGSEGV");
    assertThat(avc.remedy()).contains("local_t");
    assertThat(avc.concernsEmulation()).isTrue();
  }

  @Test
  void theCategoriesOfAnotherContainerAreNamed() {
    Avc avc =
        avc(
            MAP.replace("{ map }", "{ read execute }")
                .replace("secret_t:s0", "container_file_t:s0:c5,c6"));

    assertThat(avc.sentence()).contains("denied read, execute").contains("s0:c5,c6");
    assertThat(avc.remedy()).contains("restorecon");
  }

  @Test
  void aDeniedRegistrationNeedsPrivilege() {
    Avc avc = avc(REGISTER);

    assertThat(avc.sentence())
        .isEqualTo(
            "sh (container_t) was denied write on register (binfmt_misc_fs_t): only the host and"
                + " privileged containers may change binfmt_misc");
    assertThat(avc.remedy()).contains("--privileged");
  }

  @Test
  void memoryOfTheTranslatorAndOfTheRuntimeAreDifferentThings() {
    String execmem =
        "avc: denied { execmem } for pid=1 comm=\"passwd\" scontext=root:system_r:passwd_t:s0"
            + " tcontext=root:system_r:passwd_t:s0 tclass=process permissive=0";

    assertThat(avc(execmem).remedy()).contains("container");
    assertThat(avc(execmem.replace("passwd_t", "runtime_t")).remedy())
        .contains("update Bottlerocket");
    assertThat(avc(execmem).sentence()).contains("which QEMU needs");
  }

  @Test
  void textThatIsChangedIsAboutPackedEmulators() {
    Avc avc = avc(MAP.replace("{ map }", "{ execmod }").replace("secret_t", "local_t"));

    assertThat(avc.remedy()).contains("UPX");
  }

  @Test
  void aLabelCannotBeGivenByAPrivilegedPod() {
    Avc avc =
        avc(
            MAP.replace("{ map }", "{ relabelto }")
                .replace("container_t:s0:c172,c178", "control_t:s0-s0:c0.c1023"));

    assertThat(avc.remedy()).contains("without its attributes");
  }

  @Test
  void whatIsNotAboutEmulationIsLeftToAudit2why() {
    String other =
        MAP.replace("container_t:s0:c172,c178", "httpd_t:s0")
            .replace("qemu/qemu-aarch64", "index")
            .replace("uname", "httpd");

    assertThat(avc(other).concernsEmulation()).isFalse();
    assertThat(avc(other).remedy()).contains("audit2why");
    assertThat(avc(other).sentence())
        .isEqualTo("httpd (httpd_t) was denied map on /opt/index (secret_t)");
  }

  @Test
  void permissiveModeOnlyLogs() {
    assertThat(avc(MAP.replace("permissive=0", "permissive=1")).sentence())
        .contains("would have been denied");
    assertThat(avc(MAP.replace("denied", "granted")).sentence()).contains("was granted");
  }

  @Test
  void namesInHexadecimalAreDecodedAndCannotDeceive() {
    Avc avc = avc(MAP.replace("comm=\"uname\"", "comm=61200A62"));

    assertThat(avc.fields()).containsEntry("comm", "a \nb");
    assertThat(avc.sentence()).startsWith("a ?b (container_t)").doesNotContain("\n");
  }

  @Test
  void aLogIsReadLineByLine() {
    assertThat(
            Avc.all(
                Stream.of("", MAP, "type=SYSCALL msg=audit(1:2): arch=c000003e", REGISTER, "avc:")))
        .extracting(a -> a.target().type())
        .containsExactly("secret_t", "binfmt_misc_fs_t");
  }

  @Test
  void aDenialWhoseLabelsCannotBeReadIsNone() {
    assertThat(Avc.parse(MAP.replace("secret_t:s0", "secret_t:SystemHigh"))).isEmpty();
    assertThat(Avc.parse(MAP.replace(" tcontext", " xcontext"))).isEmpty();
    assertThat(Avc.parse(MAP + " ".repeat(20_000))).isEmpty();
  }
}
