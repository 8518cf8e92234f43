package org.anyarch.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.linux.LinuxKernel;
import org.anyarch.text.Nearest;
import org.anyarch.text.Printable;
import org.jspecify.annotations.Nullable;

/// Finds the command, runs it, and turns whatever happens into output and an exit code.
public final class Main {
  private static final Path USER_DATA =
      Path.of("/.bottlerocket/bootstrap-containers/current/user-data");

  private Main() {}

  public static void main(String[] words) {
    Ending ending = new Ending();
    StandardOutput out = new StandardOutput();
    Context context =
        new Context(
            System.in,
            stream(out),
            stream(new FileOutputStream(FileDescriptor.err)),
            callersEnvironment(System.getenv()),
            Path.of("").toAbsolutePath(),
            LinuxKernel::create,
            ending);
    int code = run(words(List.of(words), USER_DATA), context);
    context.out().flush();
    code = out.status(code, context.err());
    context.err().flush();
    ending.at(code);
    System.exit(code);
  }

  /// A bootstrap container of Bottlerocket before 1.47.0 gets no command line: what it is to do is
  /// in a file of the host's, a word a line.
  static List<String> words(List<String> given, Path userData) {
    if (!given.isEmpty() || !Files.isReadable(userData)) {
      return given;
    }
    try {
      return Files.readString(userData)
          .lines()
          .map(String::strip)
          .filter(l -> !l.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(userData + " cannot be read", e);
    }
  }

  /// The launcher starts Java in a UTF-8 locale and tells what was set before, if anything was.
  private static Map<String, String> callersEnvironment(Map<String, String> given) {
    Map<String, String> environment = new LinkedHashMap<>(given);
    String locale = environment.remove("ANYARCH_LC_ALL");
    if (locale != null) {
      environment.put("LC_ALL", locale);
    } else {
      environment.remove("LC_ALL");
    }
    return environment;
  }

  /// Whatever the locale says: file names and messages are UTF-8, as everything else in containers
  /// is.
  private static PrintStream stream(OutputStream output) {
    return new PrintStream(output, true, StandardCharsets.UTF_8);
  }

  static Map<String, Command> commands() {
    Map<String, Command> commands = new LinkedHashMap<>();
    for (Command command :
        List.of(
            new BuildCommand(),
            new RunCommand(),
            new ExecCommand(),
            new HostCommand(),
            new EmulatorCommand(),
            new PlatformsCommand(),
            new CacheCommand(),
            new CompletionCommand())) {
      commands.put(command.spec().name(), command);
    }
    return commands;
  }

  static int run(List<String> words, Context context) {
    if (DropIn.means(words, context)) {
      return DropIn.run(words, context);
    }
    String first = words.isEmpty() ? "--help" : words.getFirst();
    if (first.equals("--version") || first.equals("version")) {
      context.out().println("anyarch " + Version.text());
      return ExitCode.DONE;
    }
    Map<String, Command> commands = commands();
    if (first.equals("--help") || first.equals("-h") || first.equals("help")) {
      if (words.size() > 1 && commands.containsKey(words.get(1))) {
        context.out().print(Help.of(commands.get(words.get(1)).spec()));
      } else {
        context.out().print(Help.overview(commands.values()));
      }
      return words.isEmpty() ? ExitCode.USAGE : ExitCode.DONE;
    }
    if (first.equals(ShowTwins.NAME) && words.size() == 2) {
      return ShowTwins.run(words.subList(1, words.size()), context);
    }
    if (first.equals(WarmUp.NAME)) {
      return WarmUp.run(words.subList(1, words.size()), commands.values(), context);
    }
    Command command = commands.get(first);
    if (command == null) {
      String meant =
          Nearest.of(first, commands.keySet()).map(n -> "; did you mean " + n + "?").orElse("");
      context
          .err()
          .println("anyarch: unknown command " + first + meant + " (anyarch --help lists them)");
      return ExitCode.USAGE;
    }
    return run(command, words.subList(1, words.size()), context);
  }

  private static int run(Command command, List<String> words, Context context) {
    String name = command.spec().name();
    boolean passesThrough = command.spec().passesThrough();
    boolean verbose = false;
    try {
      Arguments arguments = Arguments.parse(command.spec(), words);
      verbose = arguments.has(CommandSpec.VERBOSE);
      if (arguments.has(CommandSpec.HELP)) {
        context.out().print(Help.of(command.spec()));
        return ExitCode.DONE;
      }
      return command.run(arguments, context);
    } catch (UsageException e) {
      context
          .err()
          .println(
              "anyarch " + name + ": " + e.getMessage() + " (see anyarch " + name + " --help)");
      return passesThrough ? ExitCode.OWN_FAILURE : ExitCode.USAGE;
    } catch (CommandException e) {
      return failure(
          name,
          e.getMessage(),
          e,
          passesThrough ? atLeastOwn(e.exitCode()) : e.exitCode(),
          verbose,
          context);
    } catch (ClosedByInterruptException | FileLockInterruptionException e) {
      // What an interrupt makes of reading a file and of waiting for a lock.
      Thread.currentThread().interrupt();
      return failure(name, "interrupted", e, ExitCode.INTERRUPTED, verbose, context);
    } catch (IOException e) {
      return failure(
          name,
          Failures.describe(e),
          e,
          passesThrough ? ExitCode.OWN_FAILURE : ExitCode.FAILED,
          verbose,
          context);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failure(name, "interrupted", e, ExitCode.INTERRUPTED, verbose, context);
    } catch (RuntimeException | Error e) {
      context
          .err()
          .println(
              "anyarch "
                  + name
                  + ": a bug of anyarch "
                  + Version.text()
                  + "; please report it with these lines:");
      e.printStackTrace(context.err());
      return ExitCode.BUG;
    }
  }

  /// A program's own statuses go up to 124; ours stay out of its way.
  private static int atLeastOwn(int code) {
    return Math.max(code, ExitCode.OWN_FAILURE);
  }

  private static int failure(
      String name,
      @Nullable String message,
      Throwable cause,
      int code,
      boolean verbose,
      Context context) {
    // It may hold what a stranger's program printed.
    context.err().println(Printable.lines("anyarch " + name + ": " + message));
    if (verbose) {
      cause.printStackTrace(context.err());
    }
    return code;
  }
}
