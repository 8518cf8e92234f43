package org.anyarch.cli;

import java.util.List;
import java.util.Map;
import org.anyarch.binfmt.Entry;
import org.anyarch.host.FlagAudit;
import org.anyarch.host.Owners;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Entries as JSON.
final class HostJson {
  private HostJson() {}

  static ArrayNode entries(List<Entry> entries, Map<String, String> versions) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Entry entry : entries) {
      ObjectNode node =
          list.addObject()
              .put("name", entry.name())
              .put("enabled", entry.enabled())
              .put("interpreter", entry.interpreter())
              .put("flags", entry.flags())
              .put("matches", HostList.matches(entry))
              .put("owner", Owners.of(entry));
      String version = versions.getOrDefault(entry.name(), Owners.version(entry).orElse(""));
      if (!version.isEmpty()) {
        node.put("version", version).put("loaded", versions.containsKey(entry.name()));
      }
      if (Owners.isOurs(entry) || entry.name().startsWith("qemu-")) {
        FlagAudit.missing(entry.flags()).forEach(node.putArray("missing")::add);
      }
    }
    return list;
  }
}
