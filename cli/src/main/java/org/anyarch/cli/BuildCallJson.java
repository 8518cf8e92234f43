package org.anyarch.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.anyarch.build.BuildRequest;
import org.anyarch.build.containerfile.Location;
import org.anyarch.build.lint.Warning;
import org.anyarch.build.outline.Outline;
import org.anyarch.build.outline.Target;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What `build --call=…,format=json` answers, in the form of BuildKit's frontend.
final class BuildCallJson {
  private BuildCallJson() {}

  static String warnings(List<Warning> warnings, BuildRequest.Input input) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode list = root.putArray("warnings");
    for (Warning warning : warnings) {
      ObjectNode node =
          list.addObject()
              .put("ruleName", warning.rule().published())
              .put("description", warning.rule().summary())
              .put("url", warning.rule().page())
              .put("detail", warning.message())
              .put("remedy", warning.rule().remedy());
      location(node, warning.location());
    }
    root.putArray("sources")
        .addObject()
        .put("filename", input.fileName())
        .put("language", "Dockerfile")
        .put("data", input.containerfile().getBytes(StandardCharsets.UTF_8));
    return written(root);
  }

  static String targets(List<Target> targets, BuildRequest.Input input) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode list = root.putArray("targets");
    for (Target target : targets) {
      ObjectNode node = list.addObject();
      text(node, "name", target.name());
      text(node, "description", target.description());
      if (target.isDefault()) {
        node.put("default", true);
      }
      text(node, "base", target.base());
      text(node, "platform", target.platform());
      location(node, target.location());
    }
    sources(root, input);
    return written(root);
  }

  static String outline(Outline outline, BuildRequest.Input input) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    text(root, "name", outline.name());
    text(root, "description", outline.description());
    if (!outline.arguments().isEmpty()) {
      ArrayNode list = root.putArray("args");
      for (Outline.Argument argument : outline.arguments()) {
        ObjectNode node = list.addObject().put("name", argument.name());
        text(node, "description", argument.description());
        text(node, "value", argument.value());
        location(node, argument.location());
      }
    }
    needed(root, "secrets", outline.secrets());
    needed(root, "ssh", outline.agents());
    sources(root, input);
    return written(root);
  }

  private static void needed(ObjectNode root, String key, List<Outline.Needed> all) {
    if (all.isEmpty()) {
      return;
    }
    ArrayNode list = root.putArray(key);
    for (Outline.Needed one : all) {
      ObjectNode node = list.addObject().put("name", one.name());
      if (one.isRequired()) {
        node.put("required", true);
      }
      location(node, one.location());
    }
  }

  private static void text(ObjectNode node, String key, String value) {
    if (!value.isEmpty()) {
      node.put(key, value);
    }
  }

  private static void sources(ObjectNode root, BuildRequest.Input input) {
    root.putArray("sources").add(input.containerfile().getBytes(StandardCharsets.UTF_8));
  }

  private static void location(ObjectNode node, Location location) {
    ObjectNode range = node.putObject("location").putArray("ranges").addObject();
    range.putObject("start").put("line", location.line());
    range.putObject("end").put("line", location.lastLine());
  }

  private static String written(ObjectNode root) {
    return root.toPrettyString() + "\n";
  }
}
