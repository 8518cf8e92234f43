package org.anyarch.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
  private static final String HEX = "a".repeat(64);
  private static final String ENTRY =
      "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:"
          + HEX
          + "\",\"size\":7}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256",
        "sha256:",
        "sha256:abc",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "sha256:../../../../../etc/passwd",
        "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "../sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void whatIsNoDigestIsRefused(String text) {
    assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(OciException.class);
  }

  @Test
  void digestsAreWrittenAsTheyAreRead() throws IOException {
    for (String text : List.of("sha256:" + HEX, "sha512:" + HEX + HEX)) {
      assertThat(Digest.parse(text)).hasToString(text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "{} {}",
        "{\"schemaVersion\":1}",
        "{\"schemaVersion\":2,\"schemaVersion\":2}",
        "{\"schemaVersion\":2,\"manifests\":{}}",
        "{\"schemaVersion\":2,\"manifests\":[1]}",
        "{\"schemaVersion\":2,\"manifests\":[{}]}",
        "{\"schemaVersion\":2,\"layers\":[]}",
        "{\"schemaVersion\":2,\"config\":{}}",
        "{\"schemaVersion\":2,\"mediaType\":7}",
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\"}",
        "{\"schemaVersion\":2,\"annotations\":{\"a\":1}}",
      })
  void whatIsNoIndexIsRefused(String document) {
    assertThatThrownBy(() -> Index.parse(document.getBytes(UTF_8)))
        .isInstanceOf(OciException.class)
        .hasMessageContaining("the image index sha256:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "1e3", "99999999999999999999", "\"1\"", "null"})
  void sizesAreWholeNumbers(String size) {
    String document =
        "{\"schemaVersion\":2,\"manifests\":[" + ENTRY.replace("7}", size + "}") + "]}";
    assertThatThrownBy(() -> Index.parse(document.getBytes(UTF_8)))
        .isInstanceOf(OciException.class)
        .hasMessageContaining("\"size\"");
  }

  @Test
  void deepNestingIsRefusedWithoutOverflow() {
    String document = "{\"schemaVersion\":2,\"x\":" + "[".repeat(100_000);
    assertThatThrownBy(() -> Index.parse(document.getBytes(UTF_8)))
        .isInstanceOf(OciException.class);
  }

  @Test
  void dockersManifestsAreReadAndFieldsUnknownHereDoNotMatter() throws IOException {
    String document =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s],\"extra\":[{}]}"
            .formatted(MediaType.DOCKER_MANIFEST, ENTRY, ENTRY);
    Manifest manifest = Manifest.parse(document.getBytes(UTF_8));
    assertThat(manifest.mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST);
    assertThat(manifest.layers()).hasSize(1);
    assertThatThrownBy(() -> Index.parse(document.getBytes(UTF_8)))
        .isInstanceOf(OciException.class);
  }

  @Test
  void aManifestThatIsAnIndexTooIsRefused() {
    String document =
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":[],\"manifests\":[]}".formatted(ENTRY);
    assertThatThrownBy(() -> Manifest.parse(document.getBytes(UTF_8)))
        .isInstanceOf(OciException.class);
  }

  @Test
  void writtenDocumentsAreReadAgain() throws IOException {
    Descriptor entry =
        new Descriptor(
            MediaType.MANIFEST,
            Digest.ofSha256(new byte[1]),
            9,
            new Platform("linux", "arm", "v7"),
            Map.of("b", "ü\n", "a", ""));
    Manifest manifest = Manifest.of(entry, List.of(entry, entry));
    assertThat(Manifest.parse(manifest.bytes())).isEqualTo(manifest);
    Index index = new Index(MediaType.INDEX, List.of(entry), Map.of("k", "v"));
    assertThat(Index.parse(index.bytes())).isEqualTo(index);
    assertThat(index.bytes())
        .asString(UTF_8)
        .startsWith(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\"")
        .contains("\"annotations\":{\"a\":\"\",\"b\":");
  }

  @Test
  void aConfigurationKeepsWhatItDoesNotKnow() throws IOException {
    String document =
        "{\"docker_version\":\"1\",\"os\":\"linux\",\"architecture\":\"arm64\",\"config\":"
            + "{\"OnBuild\":[\"RUN x\"],\"Env\":[\"PATH=/bin\",\"A=1\"],\"Cmd\":null,\"Later\":{\"x\":1}},"
            + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:"
            + HEX
            + "\"]},\"history\":[{\"created_by\":\"x\",\"author\":\"me\"}]}";
    ImageConfig config =
        ImageConfig.parse(document.getBytes(UTF_8))
            .withStep(new History(null, "ENV B=2", "", true));
    config =
        config.withParameters(
            config.parameters().withEnv(List.of("PATH=/usr/bin", "A=1", "B=2")).withUser("u"));
    assertThat(config.parameters().env()).containsExactly("PATH=/usr/bin", "A=1", "B=2");
    assertThat(config.parameters().cmd()).isEmpty();
    assertThat(config.bytes())
        .asString(UTF_8)
        .contains("\"docker_version\":\"1\"", "\"OnBuild\":[\"RUN x\"]", "\"author\":\"me\"")
        .contains("\"Later\":{\"x\":1}")
        .doesNotContain("Cmd");
    assertThat(config.history()).hasSize(2);
    assertThat(config.diffIds()).hasSize(1);
  }

  @Test
  void everythingSetInAConfigurationIsReadAgain() throws IOException {
    Digest diffId = Digest.ofSha256(new byte[2]);
    Instant time = Instant.parse("2024-05-06T07:08:09.123456789Z");
    ImageConfig config =
        ImageConfig.of(new Platform("linux", "arm", "v7"))
            .withCreated(time)
            .withAuthor("me")
            .withParameters(
                ExecutionParameters.NONE
                    .withEnv(List.of("A=b"))
                    .withCmd(List.of("sh"))
                    .withEntrypoint(List.of("/init", "-x"))
                    .withWorkingDir("/w")
                    .withUser("1:2")
                    .withLabels(Map.of("k", "v"))
                    .withExposedPorts(List.of("80/tcp"))
                    .withVolumes(List.of("/data"))
                    .withStopSignal("SIGINT"))
            .withLayer(diffId, new History(time, "COPY", "c", false));
    ImageConfig read = ImageConfig.parse(config.bytes());
    assertThat(read).isEqualTo(config);
    assertThat(read.bytes()).isEqualTo(config.bytes());
    assertThat(read.platform()).isEqualTo(new Platform("linux", "arm", "v7"));
    assertThat(read.created()).contains(time);
    assertThat(read.author()).isEqualTo("me");
    assertThat(read.parameters().env()).containsExactly("A=b");
    assertThat(read.parameters().cmd()).containsExactly("sh");
    assertThat(read.parameters().entrypoint()).containsExactly("/init", "-x");
    assertThat(read.parameters().workingDir()).isEqualTo("/w");
    assertThat(read.parameters().user()).isEqualTo("1:2");
    assertThat(read.parameters().labels()).containsEntry("k", "v");
    assertThat(read.parameters().exposedPorts()).containsExactly("80/tcp");
    assertThat(read.parameters().volumes()).containsExactly("/data");
    assertThat(read.parameters().stopSignal()).isEqualTo("SIGINT");
    assertThat(read.diffIds()).containsExactly(diffId);
    assertThat(read.history()).containsExactly(new History(time, "COPY", "c", false));
  }

  @Test
  void theOrderInWhichAConfigurationWasMadeCannotBeSeen() {
    ImageConfig blank = ImageConfig.of(new Platform("linux", "amd64", ""));
    ExecutionParameters none = ExecutionParameters.NONE;
    List<String> cmd = List.of("x");
    assertThat(blank.withParameters(none.withUser("u").withCmd(cmd)).withAuthor("a").bytes())
        .isEqualTo(blank.withAuthor("a").withParameters(none.withCmd(cmd).withUser("u")).bytes());
    assertThat(none.withUser("u").withUser("")).isEqualTo(none.withCmd(List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"os\":1}",
        "{\"created\":\"yesterday\"}",
        "{\"config\":[]}",
        "{\"config\":{\"Env\":\"A=1\"}}",
        "{\"config\":{\"Env\":[1]}}",
        "{\"config\":{\"Labels\":{\"a\":{}}}}",
        "{\"config\":{\"Volumes\":[\"/data\"]}}",
        "{\"rootfs\":{\"diff_ids\":[\"sha256:1\"]}}",
        "{\"history\":[{\"empty_layer\":\"yes\"}]}",
      })
  void aConfigurationOfAnotherShapeIsRefused(String document) {
    assertThatThrownBy(() -> ImageConfig.parse(document.getBytes(UTF_8)))
        .isInstanceOf(OciException.class);
  }

  @Test
  void anEmptyConfigurationIsOneOfNothing() {
    assertThatCode(() -> ImageConfig.parse("{}".getBytes(UTF_8)).bytes())
        .doesNotThrowAnyException();
  }

  @Test
  void healthChecksAreReadAndWrittenAsDockerDoes() throws OciException {
    String written =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"true\"],"
            + "\"Interval\":90000000000,\"StartPeriod\":1000000,\"Retries\":3},\"OnBuild\":[\"RUN x\"]},"
            + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";
    ImageConfig config = ImageConfig.parse(written.getBytes(StandardCharsets.UTF_8));
    Healthcheck check = config.parameters().healthcheck().orElseThrow();

    assertThat(check.interval()).isEqualTo(Duration.ofSeconds(90));
    assertThat(check.timeout()).isZero();
    assertThat(check.startPeriod()).isEqualTo(Duration.ofMillis(1));
    ExecutionParameters parameters = config.parameters();
    ImageConfig again =
        config.withParameters(
            parameters
                .withHealthcheck(Optional.empty())
                .withHealthcheck(Optional.of(check))
                .withOnBuild(parameters.onBuild()));
    assertThat(new String(again.bytes(), StandardCharsets.UTF_8)).isEqualTo(written);
    assertThatThrownBy(
            () ->
                ImageConfig.parse(
                    written.replace("90000000000", "-1").getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(OciException.class)
        .hasMessageContaining("Interval");
  }
}
