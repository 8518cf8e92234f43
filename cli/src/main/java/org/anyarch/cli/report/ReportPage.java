package org.anyarch.cli.report;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.anyarch.cli.report.BuildReport.Entry;
import org.anyarch.cli.report.BuildReport.State;
import org.anyarch.twins.Execs;

/// The page about a build: one file that asks for nothing else and runs no script.
final class ReportPage {
  /// How many programs the list of the dearest has, and the list of a step.
  private static final int DEAREST = 20;

  private static final int OF_A_STEP = 200;

  /// Of a step's text; a here-document has thousands of lines.
  private static final int LONGEST = 200;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1c2127; --faint: #59636e; --line: #d5dae0; --page: #fff; --run: #2f6fb3; --fast: #2b8a57; --slow: #b8641a; --bad: #b3262e; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --faint: #9aa5b1; --line: #363d45; --page: #14181c; --run: #6ba6e8; --fast: #5cc48e; --slow: #e59a52; --bad: #f0787f; } }
      body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); margin: 0 auto; padding: 1.5rem 1rem; max-width: 72rem; }
      h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; } h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
      p { margin: .25rem 0 .75rem; max-width: 48rem; overflow-wrap: anywhere; } .faint, .state { color: var(--faint); }
      code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere; }
      dl { display: flex; flex-wrap: wrap; gap: .75rem 2.25rem; margin: 1rem 0; } dl div { min-width: 6rem; } dt { color: var(--faint); font-size: .85rem; } dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
      table { border-collapse: collapse; width: 100%; margin: .5rem 0; } th { text-align: left; font-weight: 600; font-size: .85rem; color: var(--faint); }
      th, td { padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; } .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
      .native { color: var(--fast); } .emulated { color: var(--slow); } .failed { color: var(--bad); }
      .bar { width: 40%; } .bar svg { display: block; width: 100%; height: 1.1rem; margin-top: .15rem; background: color-mix(in srgb, var(--line) 45%, transparent); }
      rect.run { fill: var(--run); } rect.running, rect.stopped, rect.cached { fill: var(--faint); } rect.failed { fill: var(--bad); }
      summary { cursor: pointer; padding: .4rem 0; overflow-wrap: anywhere; } .warning { color: var(--slow); overflow-wrap: anywhere; white-space: pre-wrap; }
      @media (max-width: 40rem) { thead { display: none; } table, tbody, tr, td { display: block; width: auto; } tr { padding: .5rem 0; border-bottom: 1px solid var(--line); } td { border: 0; padding: .05rem 0; } td.number { text-align: left; display: inline-block; margin-right: 1rem; } td.state, td.native, td.emulated { display: inline-block; margin-right: 1rem; } td.bar { width: 100%; } td[data-name]::before { content: attr(data-name) " "; color: var(--faint); } }
      """;

  private final List<Entry> steps;
  private final Duration total;
  private final String outcome;
  private final boolean sampled;
  private final Html out = new Html();

  /// @param total how long the build took
  ReportPage(List<Entry> steps, Duration total, String outcome) {
    this.steps = steps;
    this.total = total;
    this.outcome = outcome;
    this.sampled = steps.stream().anyMatch(step -> step.execs().sampled());
  }

  String html() {
    out.raw("<!DOCTYPE html>\n")
        .open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en");
    out.open("head").empty("meta", "charset", "utf-8");
    out.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src 'sha256-" + styleDigest() + "'");
    out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    out.element("title", "anyarch: report of a build");
    out.open("style").raw(STYLE).close("style").close("head").open("body");
    head();
    timeline();
    dearest();
    eachStep();
    method();
    return out.close("body").close("html").toString();
  }

  private static String styleDigest() {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(STYLE.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private void head() {
    out.element("h1", "Report of a build").element("p", outcome, "class", "faint");
    out.open("dl");
    figure("time", seconds(total));
    figure("steps run", String.valueOf(steps.size() - count(State.CACHED)));
    figure("steps cached", String.valueOf(count(State.CACHED)));
    long programs = steps.stream().mapToLong(step -> step.execs().count()).sum();
    long fast = steps.stream().mapToLong(step -> step.execs().nativeCount()).sum();
    figure("foreign programs", String.valueOf(programs));
    figure("of them native", programs == 0 ? "-" : fast * 100 / programs + " %");
    out.close("dl");
  }

  private long count(State state) {
    return steps.stream().filter(step -> step.state() == state).count();
  }

  private void figure(String name, String value) {
    out.open("div").element("dt", name).element("dd", value).close("div");
  }

  private Map<String, List<Entry>> byPlatform() {
    Map<String, List<Entry>> platforms = new TreeMap<>();
    steps.forEach(
        step ->
            platforms
                .computeIfAbsent(step.place().platform().toString(), _ -> new ArrayList<>())
                .add(step));
    return platforms;
  }

  private void timeline() {
    out.element("h2", "Timeline");
    out.element(
        "p",
        "From the begin of the build to its end. Between two steps of a stage lies what the second"
            + " waited for: another stage, a free core, a base image.",
        "class",
        "faint");
    byPlatform()
        .forEach(
            (platform, entries) -> {
              out.element("h3", platform);
              out.open("table").open("thead").open("tr");
              head("step", "", "start", "number", "took", "number", "", "", "", "bar");
              out.close("tr").close("thead").open("tbody");
              entries.forEach(this::bar);
              out.close("tbody").close("table");
            });
  }

  /// @param columns the title and the class of each
  private void head(String... columns) {
    for (int i = 0; i < columns.length; i += 2) {
      out.element("th", columns[i], "class", columns[i + 1]);
    }
  }

  private void bar(Entry step) {
    double all = Math.max(1, total.toMillis());
    double left = Math.min(1000, step.start().toMillis() / all * 1000);
    double width = Math.max(2, Math.min(1000 - left, step.elapsed().toMillis() / all * 1000));
    out.open("tr").open("td").element("code", named(step)).close("td");
    out.element("td", seconds(step.start()), "class", "number", "data-name", "start");
    out.element("td", seconds(step.elapsed()), "class", "number", "data-name", "took");
    out.element("td", step.state().word(), "class", "state " + step.state().word());
    out.open("td", "class", "bar");
    out.open("svg", "viewBox", "0 0 1000 10", "preserveAspectRatio", "none", "role", "img");
    out.element("title", step.state().word() + ", " + seconds(step.elapsed()));
    out.empty(
        "rect",
        "class",
        step.state().word(),
        "x",
        number(Math.min(left, 998)),
        "y",
        "0",
        "width",
        number(width),
        "height",
        "10");
    out.close("svg").close("td").close("tr");
  }

  private static String named(Entry step) {
    String text = step.place().text();
    String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    return step.place().stage()
        + " "
        + step.place().number()
        + "/"
        + step.place().count()
        + " "
        + shown;
  }

  private void dearest() {
    Map<String, Execs.Program> sums = new LinkedHashMap<>();
    for (Entry step : steps) {
      for (Execs.Program program : step.execs().programs()) {
        if (!program.isNative()) {
          sums.merge(
              program.path() + "\0" + program.remedy(),
              program,
              (one, other) -> one.plus(other.count(), other.atWork()));
        }
      }
    }
    out.element("h2", "What emulation cost most");
    if (sums.isEmpty()) {
      out.element("p", "No program is known to have been emulated.");
      return;
    }
    programs(sums.values().stream().sorted(ORDER).limit(DEAREST).toList());
  }

  private static final Comparator<Execs.Program> ORDER =
      Comparator.comparing(Execs.Program::atWork)
          .thenComparingLong(Execs.Program::count)
          .reversed()
          .thenComparing(Execs.Program::path);

  private void programs(List<Execs.Program> programs) {
    out.open("table").open("thead").open("tr");
    head("program", "", "", "", "started", "number");
    if (sampled) {
      head("at work (sampled)", "number");
    }
    head("why, and what would help", "");
    out.close("tr").close("thead").open("tbody");
    for (Execs.Program program : programs) {
      String how = program.isNative() ? "native" : "emulated";
      out.open("tr").open("td").element("code", program.path()).close("td");
      out.element("td", how, "class", how);
      out.element("td", String.valueOf(program.count()), "class", "number", "data-name", "started");
      if (sampled) {
        out.element("td", seconds(program.atWork()), "class", "number", "data-name", "at work");
      }
      out.element("td", program.remedy()).close("tr");
    }
    out.close("tbody").close("table");
  }

  private void eachStep() {
    out.element("h2", "Step by step");
    for (Entry step : steps) {
      List<Execs.Program> programs = step.execs().programs();
      if (!programs.isEmpty() || !step.warnings().isEmpty()) {
        out.open("details").open("summary");
        out.element("code", step.place().platform() + " " + named(step));
        out.element("span", " " + step.execs().inWords(), "class", "faint").close("summary");
        step.warnings().forEach(text -> out.element("p", text, "class", "warning"));
        if (!programs.isEmpty()) {
          programs(programs.stream().sorted(ORDER).limit(OF_A_STEP).toList());
        }
        if (programs.size() > OF_A_STEP) {
          out.element("p", "and " + (programs.size() - OF_A_STEP) + " more", "class", "faint");
        }
        out.close("details");
      }
    }
  }

  private void method() {
    out.element("h2", "How the figures came about");
    out.element(
        "p",
        "Counts are exact: each start of a foreign program is noted where it is decided whether it"
            + " runs natively. Not counted are programs below a root of the step's own (chroot), in"
            + " steps that were cached, with --accelerate=off and with the host's handlers; a step"
            + " could also have written to the notes itself.");
    out.element(
        "p",
        sampled
            ? "Times at work are sampled: every 20 ms it is noted which processes of a step run, want"
                + " to run, or wait for a disk. They include waiting for a core, and leave out what"
                + " other threads do while a program's first one sleeps. Short times are rough: 0.2 s"
                + " are ten sightings."
            : "Times at work are not known: no step with foreign programs ran.");
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1000.0);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
