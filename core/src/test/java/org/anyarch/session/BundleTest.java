package org.anyarch.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class BundleTest {
  private static final String DEV = "{\"destination\":\"/dev\",\"type\":\"tmpfs\"}";

  @TempDir Path folder;

  private Bundle bundle(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return Bundle.read(folder);
  }

  private Bundle mounting(String mounts) throws IOException {
    return bundle("{\"mounts\":[" + mounts + "]}");
  }

  @Test
  void theRootIsBelowTheBundleOrAbsolute() throws IOException {
    assertThat(bundle("{\"root\":{\"path\":\"rootfs\"}}").root())
        .contains(folder.resolve("rootfs"));
    assertThat(bundle("{\"root\":{\"path\":\"/r\"}}").root()).contains(Path.of("/r"));
    assertThat(bundle("{\"root\":{\"path\":\"\"}}").root()).isEmpty();
    assertThat(bundle("{\"root\":7}").root()).isEmpty();
  }

  @Test
  void aNetworkNamespaceOfItsOwnOrOfOthersIsNotTheCallers() throws IOException {
    assertThat(bundle("{}").hasCallersNetwork()).isTrue();
    assertThat(bundle("{\"linux\":{\"namespaces\":[{\"type\":\"pid\"}]}}").hasCallersNetwork())
        .isTrue();
    for (String network :
        List.of("{\"type\":\"network\"}", "{\"type\":\"network\",\"path\":\"/n\"}")) {
      assertThat(
              bundle("{\"linux\":{\"namespaces\":[{\"type\":\"pid\"}," + network + "]}}")
                  .hasCallersNetwork())
          .isFalse();
    }
  }

  @Test
  void onlyADevOfItsOwnTakesTwins() throws IOException {
    assertThat(mounting(DEV).takesTwins()).isTrue();
    assertThat(mounting("").takesTwins()).isFalse();
    assertThat(mounting("{\"destination\":\"/dev\",\"type\":\"bind\"}").takesTwins()).isFalse();
    assertThat(mounting(DEV + ",{\"destination\":\"/dev/.anyarch\"}").takesTwins()).isFalse();
    assertThat(mounting(DEV + ",{\"destination\":\"/dev/anyarch-init\"}").takesTwins()).isFalse();
  }

  @Test
  void whatIsShownIsAddedAndAllElseStays() throws IOException {
    Bundle bundle =
        bundle(
            "{\"a\":18446744073709551615,\"mounts\":["
                + DEV
                + "],\"process\":{\"args\":[\"\u00fc\"]}}");
    Path file = folder.resolve("other");
    String before = Files.readString(folder.resolve("config.json"));

    bundle.write(file, List.of(new ContainerSpec.Bind(Path.of("/s"), "/dev/.anyarch", false)));

    JsonNode written = JsonMapper.shared().readTree(file);
    assertThat(written.get("a").bigIntegerValue()).isEqualTo("18446744073709551615");
    assertThat(written.get("process").toString()).isEqualTo("{\"args\":[\"\u00fc\"]}");
    assertThat(written.get("mounts").toString())
        .isEqualTo(
            "["
                + DEV
                + ",{\"destination\":\"/dev/.anyarch\",\"type\":\"bind\",\"source\":\"/s\","
                + "\"options\":[\"rbind\",\"nosuid\",\"nodev\",\"ro\"]}]");
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    assertThat(folder.resolve("config.json")).hasContent(before);
  }

  @Test
  void whatIsNoConfigurationIsRefused() throws IOException {
    for (String text : List.of("", "[]", "{", "null", "\u0000")) {
      assertThatThrownBy(() -> bundle(text)).isInstanceOf(IOException.class);
    }
    Files.delete(folder.resolve("config.json"));
    assertThatThrownBy(() -> Bundle.read(folder)).isInstanceOf(IOException.class);
  }
}
