package org.anyarch.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.anyarch.build.solve.CacheCheck;
import org.anyarch.build.solve.CacheContent;
import org.anyarch.build.solve.Store;
import org.anyarch.text.Sizes;
import org.anyarch.twins.Bans;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// `anyarch cache du`, `anyarch cache prune` and `anyarch cache check`.
final class CacheCommand implements Command {
  private static final Option KEEP =
      Option.of(
          "keep-storage", "SIZE", "prune: remove only what is beyond SIZE, for instance 20GB");
  private static final Option OLDER =
      Option.of(
          "older-than", "TIME", "prune: remove only what was not used for TIME, for instance 7d");
  private static final Option DRY_RUN =
      Option.flag("dry-run", "prune, check: say what would be removed, and remove nothing");

  @Override
  public CommandSpec spec() {
    return new CommandSpec(
        "cache",
        "show or remove what anyarch keeps and can make again",
        "du|prune|check",
        """
        Results of steps, unpacked base images, the folders of RUN --mount=type=cache and digests of context files are
        kept below ANYARCH_HOME (default: anyarch in the user's cache folder), so that the next build or run need not
        make them again. du lists them, the least recently used first; prune removes them in this order, and never what
        a build or run uses at that moment. Their files belong to several users, of which an ordinary user's shell can
        remove only some: prune removes all of them. Emulators stay. check reads all that is kept, compares it with the
        digests that were noted when it was kept, removes what is damaged, so that the next build makes it again, and
        fails if anything was; nobody but their steps can judge cache mounts.""",
        List.of(KEEP, OLDER, DRY_RUN, CommandSpec.JSON),
        false,
        List.of(
            new CommandSpec.Example("anyarch cache du", "what is kept, and how large it is"),
            new CommandSpec.Example("anyarch cache prune", "remove all that nobody uses"),
            new CommandSpec.Example(
                "anyarch cache prune --older-than 7d --keep-storage 10GB",
                "keep the last week's and at most 10 GB of it"),
            new CommandSpec.Example(
                "anyarch cache check", "remove what a failing disk or a stray hand has damaged")));
  }

  @Override
  public int run(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException, InterruptedException {
    String verb = arguments.operands().size() == 1 ? arguments.operands().getFirst() : "";
    boolean prune = verb.equals("prune");
    boolean check = verb.equals("check");
    if (!prune && !check && !verb.equals("du")) {
      throw new UsageException("say what to do: du, prune or check");
    }
    for (Option option : prune ? List.<Option>of() : List.of(KEEP, OLDER)) {
      if (arguments.has(option)) {
        throw new UsageException("--" + option.name() + " is for prune");
      }
    }
    if (arguments.has(DRY_RUN) && !prune && !check) {
      throw new UsageException("--dry-run is for prune and check");
    }
    Optional<String> keep = arguments.value(KEEP);
    long limit = keep.isPresent() ? Amounts.size(keep.get(), "--keep-storage") : 0;
    Optional<String> older = arguments.value(OLDER);
    Instant before =
        older.isPresent()
            ? Instant.now().minus(Amounts.duration(older.get(), "--older-than"))
            : Instant.MAX;
    // Without one, files of subordinate ids could not be removed and a part would stay.
    ForeignPrograms.session(context);
    context.madeHome();
    try (Store store = Store.open(context.home())) {
      CacheContent content = new CacheContent(store, Duration.ZERO);
      List<CacheContent.Item> items = content.items();
      if (check) {
        context.ending().hold(Thread.currentThread()::interrupt);
        CacheCheck comparing = new CacheCheck(store, context.kernel().get().xattrs());
        CacheVerdict verdict =
            CacheVerdict.of(items, comparing, content, !arguments.has(DRY_RUN), context);
        verdict.print(arguments.has(CommandSpec.JSON), context);
        return verdict.damaged().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
      }
      if (prune) {
        List<CacheContent.Item> old =
            items.stream().filter(item -> item.lastUsed().isBefore(before)).toList();
        long young = sum(items) - sum(old);
        items = removed(CacheContent.beyond(old, Math.max(0, limit - young)), content, arguments);
      }
      String sum = prune ? (arguments.has(DRY_RUN) ? "would remove: " : "removed: ") : "total: ";
      print(items, sum, arguments.has(CommandSpec.JSON), context);
      if (!prune && !arguments.has(CommandSpec.JSON)) {
        printBans(Bans.of(context.home()), context);
      }
    }
    return ExitCode.DONE;
  }

  private static List<CacheContent.Item> removed(
      List<CacheContent.Item> wanted, CacheContent content, Arguments arguments)
      throws IOException {
    if (arguments.has(DRY_RUN)) {
      return wanted;
    }
    List<CacheContent.Item> removed = new ArrayList<>();
    for (CacheContent.Item item : wanted) {
      if (content.remove(item)) {
        removed.add(item);
      }
    }
    return removed;
  }

  private static long sum(List<CacheContent.Item> items) {
    return items.stream().mapToLong(CacheContent.Item::bytes).sum();
  }

  private static void print(
      List<CacheContent.Item> items, String sum, boolean json, Context context) {
    if (json) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      for (CacheContent.Item item : items) {
        list.addObject()
            .put("kind", item.kind().word())
            .put("bytes", item.bytes())
            .put("lastUsed", item.lastUsed().toString())
            .put("inUse", item.inUse())
            .put("description", item.what())
            .put("path", item.path().toString());
      }
      context.out().println(list.toPrettyString());
      return;
    }
    if (!items.isEmpty()) {
      context.out().println(row("KIND", "SIZE", "LAST USED", "DESCRIPTION"));
    }
    Instant now = Instant.now();
    for (CacheContent.Item item : items) {
      context
          .out()
          .println(
              row(
                  item.kind().word(),
                  Sizes.shown(item.bytes()),
                  item.inUse() ? "now" : ago(Duration.between(item.lastUsed(), now)),
                  item.what()));
    }
    context.out().println(sum + Sizes.shown(sum(items)));
  }

  private static void printBans(Bans bans, Context context) {
    for (Bans.Ban ban : bans.all()) {
      context.out().println("no native twin for " + ban.inWords() + ": it once did another thing");
    }
    if (!bans.all().isEmpty()) {
      context.out().println("remove " + bans.file() + " to give them twins again");
    }
  }

  private static String ago(Duration age) {
    if (age.toMinutes() < 1) {
      return "just now";
    }
    if (age.toHours() < 1) {
      return age.toMinutes() + " min ago";
    }
    return age.toDays() < 2 ? age.toHours() + " h ago" : age.toDays() + " days ago";
  }

  private static String row(String kind, String size, String used, String what) {
    return String.format(Locale.ROOT, "%-8s %10s  %-12s %s", kind, size, used, what);
  }
}
