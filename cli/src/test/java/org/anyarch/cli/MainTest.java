package org.anyarch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class MainTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private String in = "";

  private int run(String... words) {
    out.reset();
    err.reset();
    return Main.run(
        List.of(words),
        new Context(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("ANYARCH_HOME", folder.toString()),
            folder,
            () -> {
              throw new AssertionError("these commands do not need the kernel");
            },
            new Ending()));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  static Collection<Command> commands() {
    return Main.commands().values();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpNamesEveryOptionAndGoesToStandardOutput(Command command) {
    CommandSpec spec = command.spec();

    assertThat(run(spec.name(), "--help")).isZero();
    assertThat(out()).startsWith("Usage: anyarch " + spec.name());
    for (Option option : spec.options()) {
      assertThat(out()).contains("--" + option.name()).contains(option.help());
    }
    assertThat(err()).isEmpty();
    String whole = out();
    assertThat(run("help", spec.name())).isZero();
    assertThat(out()).isEqualTo(whole);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void anUnknownOptionIsOneLineAndTheDocumentedStatus(Command command) {
    int status = run(command.spec().name(), "--no-such-option");

    assertThat(status).isEqualTo(command.spec().passesThrough() ? 125 : 2);
    assertThat(err()).hasLineCount(1).contains("--no-such-option").contains("--help");
    assertThat(out()).isEmpty();
  }

  @Test
  void theOverviewListsEveryCommand() {
    assertThat(run("--help")).isZero();
    for (Command command : commands()) {
      assertThat(out()).contains("  " + command.spec().name() + " ");
    }
    assertThat(run()).isEqualTo(2);
  }

  @Test
  void theVersionIsOneLine() {
    assertThat(run("--version")).isZero();
    assertThat(out()).matches("anyarch \\S+\n");
  }

  @ParameterizedTest
  @CsvSource({"linux/arm/v99, v99", "linux/arm/v7/x, linux/arm/v7/x", "arm65, arm64"})
  void anUnknownPlatformOfAnEmulatorIsRefused(String text, String message) {
    assertThat(run("emulator", "path", text)).isEqualTo(2);
    assertThat(err()).hasLineCount(1).contains(message);
  }

  @Test
  void wrongFilesOfABuildAreNamedWithTheirOption() {
    assertThat(run("build", "-o", "oci:x", "-f", "nope", ".")).isEqualTo(1);
    assertThat(err()).hasLineCount(1).contains("nope").contains("-f");
    assertThat(run("build", "--check", "-f", folder.toString(), ".")).isEqualTo(1);
    assertThat(err()).hasLineCount(1).contains(folder + ": it is a folder").contains("-f");
    assertThat(runWithContext("base=ftp://x")).isEqualTo(2);
    assertThat(err()).hasLineCount(1).contains("say base=DIR, oci-layout://DIR");
    assertThat(runWithContext("base=/nope")).isEqualTo(1);
    assertThat(err()).hasLineCount(1).contains("base=/nope is not a folder");
  }

  @ParameterizedTest
  @CsvSource({
    "-o registry:, names no image",
    "-o registry:x/Upper, small letters",
    "-o registry:x@sha256:0000000000000000000000000000000000000000000000000000000000000000, NAME[:TAG]",
    "--push, --tag NAME[:TAG]",
    "--push -t x -o oci:y, say one of them",
    "-o docker://x, registry:NAME[:TAG]",
    "--push -t x --pull=sometimes, say newer",
    "--push -t x --tls-verify=maybe, say true or false",
    "--push -t x --authfile nowhere, no such file",
  })
  void whereAnImageGoesAndComesFromIsSaidRightly(String words, String message) {
    List<String> line = new ArrayList<>(List.of("build", "-f", "/dev/null", "."));
    line.addAll(List.of(words.split(" ", -1)));
    assertThat(run(line.toArray(String[]::new))).isEqualTo(2);
    assertThat(err()).hasLineCount(1).contains(message);
  }

  @ParameterizedTest
  @CsvSource({
    "a:b:c, is no NAME[:TAG]",
    "x/Upper:1, small letters",
    "x:, is no NAME[:TAG]",
    "x:-1, is no NAME[:TAG]",
  })
  void aTagIsWhatOtherToolsTakeForOne(String tag, String message) {
    assertThat(run("build", "-o", "oci:x", "-f", "/dev/null", "-t", tag, ".")).isEqualTo(2);
    assertThat(err()).hasLineCount(1).contains(tag).contains(message);
  }

  private int runWithContext(String named) {
    return run("build", "-o", "oci:x", "-f", "/dev/null", "--build-context", named, ".");
  }

  @Test
  void whatCannotBeWrittenIsAFailure() throws IOException {
    try (FileOutputStream full = new FileOutputStream("/dev/full");
        StandardOutput output = new StandardOutput(full.getFD());
        PrintStream said = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      assertThat(output.status(ExitCode.DONE, said)).isEqualTo(ExitCode.DONE);
      new PrintStream(output, true, StandardCharsets.UTF_8).println("x");
      assertThat(output.status(ExitCode.DONE, said)).isEqualTo(ExitCode.FAILED);
      assertThat(output.status(ExitCode.UNSUPPORTED, said)).isEqualTo(ExitCode.UNSUPPORTED);
    }
    assertThat(err()).contains("standard output").contains("No space left");
  }

  @ParameterizedTest
  @CsvSource({"biuld, build", "exce, exec", "platform, platforms"})
  void aMistypedCommandIsAnsweredWithTheNearest(String typed, String meant) {
    assertThat(run(typed)).isEqualTo(2);
    assertThat(err()).contains("did you mean " + meant + "?");
  }

  @Test
  void withoutASessionCommandsSayHowToGetOne() throws IOException {
    Files.writeString(folder.resolve("Containerfile"), "FROM scratch\n");
    assertThat(run("build", "-t", "x", "-o", "oci:x", ".")).isEqualTo(3);
    assertThat(err()).hasLineCount(1).contains("bin/anyarch");
    assertThat(run("cache", "prune")).isEqualTo(3);
    assertThat(run("exec", "--", "true")).isEqualTo(125);
  }

  @Test
  void platformsAreATableOrJson() {
    assertThat(run("platforms")).isZero();
    assertThat(out().lines().count()).isGreaterThan(30);
    assertThat(run("platforms", "--json")).isZero();
    JsonNode list = JsonMapper.shared().readTree(out());
    assertThat(list.size()).isGreaterThanOrEqualTo(30);
    assertThat(list.get(0).get("platform").stringValue()).isEqualTo("linux/amd64");
  }

  @Test
  void completionIsAScriptThatBashReads() throws IOException, InterruptedException {
    assertThat(run("completion", "bash")).isZero();
    Path script = Files.writeString(folder.resolve("completion"), out());
    assertThat(new ProcessBuilder("bash", "-n", script.toString()).start().waitFor()).isZero();

    Process asked =
        new ProcessBuilder(
                "bash",
                "-c",
                ". "
                    + script
                    + "; COMP_WORDS=(anyarch bu); COMP_CWORD=1; $(complete -p anyarch | sed 's/.*-F \\([^ ]*\\).*/\\1/') anyarch bu anyarch; echo ${COMPREPLY[@]}")
            .start();
    assertThat(new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("build\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "emulator ''|ls fetch path",
        "emulator path linux/arm6|linux/arm64 linux/arm64be",
        "cache p|prune",
        "completion ''|bash",
        "build --platform linux/risc|linux/riscv64 linux/riscv",
        "build --platform linux/s390x,linux/amd|linux/s390x,linux/amd64",
        "exec --platform = linux/amd|linux/amd64",
        "exec --platform =|ALL",
        "run oci : ho|home",
        "run oci :|completion home",
        "run --rootf|--rootfs",
      })
  void completionOffersWhatFits(String line, String offered)
      throws IOException, InterruptedException {
    run("completion", "bash");
    Path script = Files.writeString(folder.resolve("completion"), out());
    Files.createDirectory(folder.resolve("home"));

    Process asked =
        new ProcessBuilder(
                "bash",
                "-c",
                ". ./completion; COMP_WORDS=(anyarch %s); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _anyarch; echo ${COMPREPLY[@]}"
                    .formatted(line))
            .directory(script.getParent().toFile())
            .start();
    String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    if (offered.equals("ALL")) {
      assertThat(answer).contains("linux/amd64 ").contains(" linux/s390x ");
    } else {
      assertThat(answer.strip().split(" ")).containsExactlyInAnyOrder(offered.split(" "));
    }
    assertThat(new String(asked.getErrorStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void argumentsComeInAllTheirForms() throws UsageException {
    Option many = Option.many("many", "X", "x").letter('m');
    Option flag = Option.flag("flag", "x").letter('f');
    CommandSpec spec = new CommandSpec("c", "", "", "", List.of(many, flag), false, List.of());
    Arguments arguments =
        Arguments.parse(
            spec, List.of("-m1", "--many=2", "--many", "3", "-fm", "4", "o", "--", "--flag"));

    assertThat(arguments.values(many)).containsExactly("1", "2", "3", "4");
    assertThat(arguments.has(flag)).isTrue();
    assertThat(arguments.operands()).containsExactly("o", "--flag");
  }

  @ParameterizedTest
  @CsvSource({"--flag=1, takes no value", "--many, needs a value", "-x, unknown option -x"})
  void wrongOptionsAreRefused(String word, String message) {
    Option many = Option.many("many", "X", "x");
    CommandSpec spec =
        new CommandSpec("c", "", "", "", List.of(many, Option.flag("flag", "x")), false, List.of());
    List<String> messages = new ArrayList<>();
    try {
      Arguments.parse(spec, List.of(word));
    } catch (UsageException e) {
      messages.add(String.valueOf(e.getMessage()));
    }
    assertThat(messages).singleElement().asString().contains(message);
  }

  @Test
  void aBootstrapContainerIsToldByAFileWhatToDo(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("user-data"), "host\ninstall\n\n linux/arm64\n");

    assertThat(Main.words(List.of(), file)).containsExactly("host", "install", "linux/arm64");
    assertThat(Main.words(List.of("platforms"), file)).containsExactly("platforms");
    assertThat(Main.words(List.of(), folder.resolve("absent"))).isEmpty();
  }

  @Test
  void aCheckNeedsNeitherSessionNorOutput() throws IOException {
    Files.writeString(folder.resolve("Containerfile"), "FROM scratch AS A\nCOPY hidden /\n");
    Files.writeString(folder.resolve(".dockerignore"), "hidden\n");

    assertThat(run("build", "--check", ".")).isEqualTo(1);
    assertThat(out())
        .contains("StageNameCasing")
        .contains("    2 | >>> COPY hidden /")
        .endsWith("2 warnings\n");
    assertThat(run("build", "--check", "--build-arg", "BUILDKIT_DOCKERFILE_CHECK=skip=all", "."))
        .isZero();
    assertThat(out()).isEqualTo("Containerfile: no warnings\n");
    assertThat(run("build", "--call=check,format=json", ".")).isEqualTo(1);
    JsonNode answer = JsonMapper.shared().readTree(out());
    assertThat(answer.at("/warnings/0/ruleName").stringValue()).isEqualTo("StageNameCasing");
    assertThat(answer.at("/warnings/1/location/ranges/0/start/line").intValue()).isEqualTo(2);
  }

  @Test
  void targetsAndOutlineAreToldFromStandardInputToo() throws IOException {
    in =
        """
        # V the version
        ARG V=1
        # base for all
        FROM x:$V AS base
        FROM base
        """;

    assertThat(run("build", "--call=targets", "-f", "-", ".")).isZero();
    assertThat(out())
        .isEqualTo(
            "TARGET                DESCRIPTION\nbase                  for all\n(no name) (default)\n");
    assertThat(run("build", "--call=outline", "--target=base", "--build-arg=V=2", "-")).isZero();
    assertThat(out())
        .isEqualTo(
            """
            TARGET: base
            DESCRIPTION: for all

            BUILD ARG   VALUE   DESCRIPTION
            V           2       the version

            """);
    assertThat(run("build", "--call=outline,format=json", "-")).isZero();
    assertThat(JsonMapper.shared().readTree(out()).at("/args/0/name").stringValue()).isEqualTo("V");
    assertThat(run("build", "--call=outline", "--target=none", "-")).isEqualTo(1);
    assertThat(err()).contains("no stage none");
  }

  @Test
  void standardInputIsOneThingOnly() {
    assertThat(run("build", "--check", "-f", "-", "-")).isEqualTo(2);
    assertThat(err()).contains("both the context");
    assertThat(run("build", "--check", "-f", "x", "-")).isEqualTo(2);
    assertThat(err()).contains("is no archive");
    assertThat(run("build", "--call=guess", ".")).isEqualTo(2);
    assertThat(err()).contains("check, outline or targets");
  }
}
