package org.anyarch.build.containerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunFlagsTest {
  private static final Mount.Ownership ROOTS = new Mount.Ownership(OptionalInt.empty(), 0, 0);

  private static Instruction.Run run(String line) throws ContainerfileException {
    return (Instruction.Run)
        Containerfile.parse("FROM scratch\n" + line + "\n", "Containerfile")
            .stages()
            .getFirst()
            .instructions()
            .getFirst();
  }

  private static Mount mount(String value) throws ContainerfileException {
    List<MountFlag> mounts = run("RUN --mount=" + value + " true").flags().mounts();
    assertThat(mounts).hasSize(1);
    return mounts.getFirst().mount(word -> word.text().replace("$A", "/value"));
  }

  private static final Location PLACE = new Location("Containerfile", 2, 13);

  @Test
  void aBindOfTheContextIsTheDefaultAndReadOnly() throws ContainerfileException {
    assertThat(mount("target=/t")).isEqualTo(new Mount.Bind(PLACE, "/t", "", "", false));
    assertThat(mount("type=bind,from=s,src=a,dst=t,rw"))
        .isEqualTo(new Mount.Bind(PLACE, "t", "a", "s", true));
    assertThat(mount("destination=t,readwrite=false,SOURCE=$A"))
        .isEqualTo(new Mount.Bind(PLACE, "t", "/value", "", false));
  }

  @Test
  void everyTypeHasItsOwnOptions() throws ContainerfileException {
    assertThat(mount("type=cache,target=/c,id=i,sharing=locked,mode=0700,uid=1,gid=2"))
        .isEqualTo(
            new Mount.Cache(
                PLACE,
                "/c",
                "i",
                "",
                "",
                true,
                Mount.Sharing.LOCKED,
                new Mount.Ownership(OptionalInt.of(0700), 1, 2)));
    assertThat(mount("type=tmpfs,target=/t,size=64m"))
        .isEqualTo(new Mount.Tmpfs(PLACE, "/t", OptionalLong.of(64 << 20), true));
    assertThat(mount("type=secret,id=s,env=NAME,required"))
        .isEqualTo(new Mount.Secret(PLACE, "", "s", Optional.of("NAME"), true, ROOTS));
    assertThat(mount("type=secret,target=/a/b"))
        .isEqualTo(new Mount.Secret(PLACE, "/a/b", "b", Optional.empty(), false, ROOTS));
    assertThat(mount("type=ssh")).isEqualTo(new Mount.Ssh(PLACE, "", "default", false, ROOTS));
  }

  @Test
  void quotesKeepSpacesAndCommasTogether() throws ContainerfileException {
    assertThat(mount("target=/t,'source=a b'"))
        .isEqualTo(new Mount.Bind(PLACE, "/t", "a b", "", false));
    assertThat(mount("target=/t,\\\"source=a,b\\\""))
        .isEqualTo(new Mount.Bind(PLACE, "/t", "a,b", "", false));
  }

  @Test
  void theCommandComesAfterAllFlags() throws ContainerfileException {
    Instruction.Run run =
        run("RUN --mount=target=/a --network=none --mount=target=/b --security=insecure  echo --x");

    assertThat(run.form()).isEqualTo(new Form.Shell("echo --x"));
    assertThat(run.flags().mounts()).hasSize(2);
    assertThat(run.flags().network()).isEqualTo(RunFlags.Network.NONE);
    assertThat(run.flags().security()).isEqualTo(RunFlags.Security.INSECURE);
    assertThat(run("RUN true").flags()).isEqualTo(RunFlags.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "type=bnd,target=/x#bnd",
        "type=bind#needs a target",
        "type=cache,target=/x,sharing=all#sharing=all",
        "type=cache,target=/x,size=1#size is not for type=cache",
        "type=tmpfs,target=/x,size=many#size=many",
        "type=tmpfs,target=/x,size=99999999999p#larger than any memory",
        "type=secret#needs an id",
        "type=secret,id=a,src=b#leave one",
        "type=secret,id=a,mode=999#mode=999",
        "type=ssh,uid=x#uid=x",
        "target=/x,ro=maybe#ro=maybe",
        "target#needs a value",
        "target=/x,target=/y#twice",
        "target=/x,from=$A#cannot have variables",
        "target=/x,sorce=a#did you mean source?",
        "target=/x,\\\"source=a#not closed",
      })
  void whatIsWrongIsSaidAtItsPlace(String value, String message) {
    assertThatThrownBy(() -> mount(value))
        .hasMessageStartingWith("Containerfile:2:13: RUN --mount: ")
        .hasMessageContaining(message);
  }

  @Test
  void anUnknownNetworkOrSecurityIsRefused() {
    assertThatThrownBy(() -> run("RUN --network=bridge true")).hasMessageContaining("bridge");
    assertThatThrownBy(() -> run("RUN --security=none true")).hasMessageContaining("none");
  }
}
