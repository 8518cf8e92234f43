package org.anyarch.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.anyarch.build.BuildRequest;
import org.anyarch.build.Checks;
import org.anyarch.build.Plans;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.lint.Warning;
import org.anyarch.build.outline.Outline;
import org.anyarch.build.outline.Target;
import org.anyarch.platform.Platform;

/// What `build --call` does in place of a build: it looks at the Containerfile and starts nothing.
///
/// @param json whether the answer is JSON
record BuildCall(Method method, boolean json) {
  enum Method {
    BUILD,
    CHECK,
    OUTLINE,
    TARGETS
  }

  private static final Set<String> FORMATS = Set.of("json", "text", "default");

  /// @param text `METHOD[,format=json]`
  static BuildCall parse(String text) throws UsageException {
    String[] parts = text.split(",", -1);
    Optional<Method> method =
        switch (parts[0]) {
          case "", "build" -> Optional.of(Method.BUILD);
          case "check", "lint" -> Optional.of(Method.CHECK);
          case "outline" -> Optional.of(Method.OUTLINE);
          case "targets" -> Optional.of(Method.TARGETS);
          default -> Optional.empty();
        };
    String format = "default";
    for (String part : List.of(parts).subList(1, parts.length)) {
      format = part.startsWith("format=") ? part.substring("format=".length()) : part;
    }
    if (method.isEmpty() || !FORMATS.contains(format)) {
      throw new UsageException(
          "--call "
              + text
              + ": say build, check, outline or targets, and ,format=json behind it for JSON");
    }
    return new BuildCall(method.get(), format.equals("json"));
  }

  int run(BuildRequest.Input input, Plans plans, List<Platform> platforms, Context context)
      throws ContainerfileException, IOException {
    Containerfile file = Containerfile.parse(input.containerfile(), input.fileName());
    switch (method) {
      case OUTLINE -> {
        Outline outline = Outline.of(file, plans.target(), plans.buildArgs());
        context
            .out()
            .print(json ? BuildCallJson.outline(outline, input) : BuildCallText.outline(outline));
      }
      case TARGETS -> {
        List<Target> targets = Target.of(file);
        context
            .out()
            .print(json ? BuildCallJson.targets(targets, input) : BuildCallText.targets(targets));
      }
      case CHECK -> {
        List<Warning> warnings = Checks.warnings(file, input, plans, platforms);
        context
            .out()
            .print(
                json
                    ? BuildCallJson.warnings(warnings, input)
                    : BuildCallText.warnings(warnings, input));
        return warnings.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
      }
      case BUILD -> throw new IllegalStateException("a build is no call");
    }
    return ExitCode.DONE;
  }
}
