package org.anyarch.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.anyarch.build.solve.CacheCheck;
import org.anyarch.build.solve.CacheContent;
import org.anyarch.text.Sizes;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What `anyarch cache check` found.
///
/// @param items how many were looked at
/// @param bytes how large they are
record CacheVerdict(int items, long bytes, List<Damaged> damaged) {
  /// How often a long check says how far it is, in seconds.
  private static final int REPORT = 1;

  /// @param removed whether it is gone; what somebody uses stays until a build replaces it
  record Damaged(CacheContent.Item item, String fault, boolean removed) {}

  static CacheVerdict of(
      List<CacheContent.Item> items,
      CacheCheck check,
      CacheContent content,
      boolean remove,
      Context context)
      throws IOException, InterruptedException {
    List<Damaged> damaged = new ArrayList<>();
    long bytes = 0;
    long said = System.nanoTime();
    int done = 0;
    for (CacheContent.Item item : items) {
      Optional<String> fault = check.fault(item);
      if (fault.isPresent()) {
        damaged.add(new Damaged(item, fault.get(), remove && content.remove(item)));
      }
      bytes += item.bytes();
      done++;
      long now = System.nanoTime();
      if (now - said > TimeUnit.SECONDS.toNanos(REPORT)) {
        said = now;
        context
            .err()
            .println(
                "anyarch cache: checked %d of %d, %s"
                    .formatted(done, items.size(), Sizes.shown(bytes)));
      }
    }
    return new CacheVerdict(done, bytes, damaged);
  }

  void print(boolean json, Context context) {
    if (json) {
      ObjectNode node =
          JsonNodeFactory.instance
              .objectNode()
              .put("ok", damaged.isEmpty())
              .put("checked", items)
              .put("bytes", bytes);
      ArrayNode list = node.putArray("damaged");
      for (Damaged one : damaged) {
        list.addObject()
            .put("kind", one.item().kind().word())
            .put("description", one.item().what())
            .put("path", one.item().path().toString())
            .put("fault", one.fault())
            .put("removed", one.removed());
      }
      context.out().println(node.toPrettyString());
      return;
    }
    for (Damaged one : damaged) {
      context
          .out()
          .println(
              "%s %s: %s; %s"
                  .formatted(
                      one.item().kind().word(),
                      one.item().what(),
                      one.fault(),
                      one.removed() ? "removed" : "not removed"));
    }
    context
        .out()
        .println(
            "checked: %d, %s; damaged: %d".formatted(items, Sizes.shown(bytes), damaged.size()));
  }
}
