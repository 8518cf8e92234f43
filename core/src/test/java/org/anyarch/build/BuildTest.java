package org.anyarch.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.anyarch.build.export.ImageOptions;
import org.anyarch.build.lint.Warning;
import org.anyarch.build.outline.Target;
import org.anyarch.build.solve.RunSettings;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BuildTest {
  @TempDir private Path folder;

  @Test
  void aContainerfileIsLookedAtWithoutASession() throws Exception {
    Build build =
        Build.of(folder)
            .containerfile("ARG WORD=x\nFROM scratch AS one\nFROM one as two\nARG SAID\n")
            .target("two");

    assertThat(build.targets()).extracting(Target::name).containsExactly("one", "two");
    assertThat(build.check()).extracting(Warning::toString).anyMatch(w -> w.contains("FromAs"));
    assertThat(build.outline().toString()).contains("SAID");
  }

  @Test
  void aRequestIsNotChangedByWhatIsSaidLater() throws Exception {
    Build build = Build.of(folder).containerfile("FROM scratch\n").annotation("key", "value");
    BuildRequest request = build.request();
    build.arg("LATER", "1").platforms(Platform.parse("linux/s390x")).label("later", "1");

    assertThat(request.buildArgs()).isEmpty();
    assertThat(request.platforms()).containsExactly(Platform.host());
    assertThat(request.input().fileName()).isEqualTo("Containerfile");
    assertThat(request.output().options().labels()).isEmpty();
    assertThat(request.output().options().at(ImageOptions.Place.MANIFEST, Platform.host()))
        .isEqualTo(Map.of("key", "value"));
  }

  @Test
  void aContainerfileThatCannotBeReadIsNamed() throws IOException {
    assertThatThrownBy(() -> Build.of(folder).request())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot read the Containerfile " + folder.resolve("Dockerfile"));

    Files.write(folder.resolve("Containerfile"), new byte[] {(byte) 0xff});
    assertThatThrownBy(() -> Build.of(folder).request())
        .hasMessageContaining("Containerfile is not UTF-8 text");
  }

  @Test
  void runSettingsGrowByCopies() {
    RunSettings settings =
        RunSettings.DEFAULT
            .withSecret("token", () -> new byte[] {1})
            .withAgent("default", Path.of("/agent"))
            .withHost("db", "10.0.0.1")
            .withAllowed("network.host");

    assertThat(settings.secrets()).containsOnlyKeys("token");
    assertThat(settings.agents()).containsEntry("default", Path.of("/agent"));
    assertThat(settings.hosts()).containsEntry("db", "10.0.0.1");
    assertThat(settings.allowed()).containsExactly("network.host");
    assertThat(RunSettings.DEFAULT.secrets()).isEmpty();
  }
}
