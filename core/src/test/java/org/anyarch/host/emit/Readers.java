package org.anyarch.host.emit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/// Reads set-ups as those read them for whom they are written.
final class Readers {
  static final List<Guest> GUESTS =
      List.of(guest("linux/arm64"), guest("linux/arm/v7"), guest("hexagon"));

  private Readers() {}

  static Guest guest(String name) {
    return Guest.named(name).orElseThrow();
  }

  /// For a machine of x86-64, with an image.
  static EmitRequest request() {
    return EmitRequest.of(GUESTS, "0.1.0")
        .withHost(new Platform("linux", "amd64", ""))
        .withImage("registry.example:5000/tools/anyarch:0.1.0@sha256:" + "ab".repeat(32));
  }

  static Emission only(String kind, EmitRequest request) throws EmitException {
    List<Emission> emissions = Emitters.emit(kind, request);
    assertThat(emissions).hasSize(1);
    return emissions.getFirst();
  }

  /// The documents of a YAML file, with duplicate keys refused.
  static List<Object> yaml(String text) {
    List<Object> documents = new ArrayList<>();
    new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build())
        .loadAllFromString(text)
        .forEach(documents::add);
    return documents;
  }

  static JsonNode toml(String text) {
    return new TomlMapper().readTree(text);
  }

  /// What stands at a path of keys and indexes.
  static Object at(Object node, Object... path) {
    Object here = node;
    for (Object step : path) {
      here = step instanceof Integer i ? ((List<?>) here).get(i) : ((Map<?, ?>) here).get(step);
      assertThat(here).as("%s in %s", step, List.of(path)).isNotNull();
    }
    return here;
  }

  /// The sections of a systemd unit: each key with its values in order.
  static Map<String, Map<String, List<String>>> unit(String text) {
    Map<String, Map<String, List<String>>> sections = new LinkedHashMap<>();
    String section = "";
    for (String line : text.lines().toList()) {
      if (line.startsWith("[")) {
        section = line.substring(1, line.length() - 1);
        sections.put(section, new LinkedHashMap<>());
      } else if (!line.isBlank() && !line.startsWith("#")) {
        String[] parts = line.split("=", 2);
        assertThat(parts).as(line).hasSize(2);
        sections.get(section).computeIfAbsent(parts[0], k -> new ArrayList<>()).add(parts[1]);
      }
    }
    return sections;
  }
}
