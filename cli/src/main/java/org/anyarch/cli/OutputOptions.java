package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.anyarch.build.BuildException;
import org.anyarch.build.BuildRequest;
import org.anyarch.build.export.ImageOptions;
import org.anyarch.cli.report.BuildReport;
import org.anyarch.kernel.Failures;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.registry.RegistryException;
import org.anyarch.registry.RegistryReference;

/// The options of `build` that say what becomes of its result.
final class OutputOptions {
  private static final Option TAG =
      Option.of("tag", "NAME[:TAG]", "what the image is called in the output").letter('t');
  private static final Option OUTPUT =
      Option.of(
              "output",
              "oci:DIR|registry:NAME[:TAG]",
              "the OCI layout folder to write, or the registry to push to")
          .letter('o');
  private static final Option PUSH =
      Option.flag("push", "push to the registry that --tag names: as -o registry:NAME[:TAG]");
  private static final Option EPOCH =
      Option.of(
          "source-date-epoch",
          "SECONDS",
          "date of the image and the latest of its files; default $SOURCE_DATE_EPOCH, else 0");
  private static final Option LABEL =
      Option.many("label", "KEY=VALUE", "a label of the image, before the Containerfile's");
  private static final Option ANNOTATION =
      Option.many(
          "annotation",
          "[PLACE:]KEY=VALUE",
          "an annotation; PLACE: manifest (default), index, manifest-descriptor, index-descriptor");
  private static final Option IID_FILE =
      Option.of("iidfile", "FILE", "write the image's id there (of an index: its digest)");
  private static final Option METADATA_FILE =
      Option.of("metadata-file", "FILE", "write what was built there as JSON, as buildx does");

  static final Option REPORT =
      Option.of(
          "report",
          "FILE.html",
          "write a page there about the build, also if it fails: when each step ran, which foreign"
              + " programs were emulated, why, and what would make them faster");

  static final List<Option> ALL =
      List.of(TAG, OUTPUT, PUSH, EPOCH, LABEL, ANNOTATION, IID_FILE, METADATA_FILE, REPORT);

  /// A host with its port, a path, a tag, as the distribution's grammar has them.
  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?:[A-Za-z0-9.-]+(?::\\d+)?/(?=.))?[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*"
              + "(?:/[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*)*(?::\\w[\\w.-]{0,127})?");

  private static final String REGISTRY = "registry:";

  private OutputOptions() {}

  /// @param stores has the folder for what goes to a registry
  static BuildRequest.Output of(Arguments arguments, Context context, LazyStore stores)
      throws UsageException, CommandException, IOException {
    return new BuildRequest.Output(
        registry(arguments).isPresent()
            ? stores.get().workFolder("pushed").resolve("layout")
            : context.workingFolder().resolve(requireLayout(arguments)),
        registry(arguments).orElse(tag(arguments)),
        epoch(arguments, context),
        options(arguments));
  }

  /// The name to push to, if the result goes to a registry.
  static Optional<String> registry(Arguments arguments) throws UsageException {
    String output = arguments.value(OUTPUT).orElse("");
    if (arguments.has(PUSH)) {
      if (!output.isEmpty()) {
        throw new UsageException("--push and --output " + output + ": say one of them");
      }
      if (tag(arguments).isEmpty()) {
        throw new UsageException("--push: say where to with --tag NAME[:TAG]");
      }
      return Optional.of(tag(arguments));
    }
    if (!output.startsWith(REGISTRY)) {
      return Optional.empty();
    }
    String name = output.substring(REGISTRY.length());
    try {
      RegistryReference target = RegistryReference.parse(name);
      if (target.digest() != null) {
        throw new UsageException(
            "--output " + output + ": the digest is what the build comes to; say NAME[:TAG]");
      }
      return Optional.of(target.toString());
    } catch (RegistryException e) {
      throw new UsageException("--output " + output + ": " + e.getMessage());
    }
  }

  /// @throws UsageException if the result goes nowhere
  static void require(Arguments arguments) throws UsageException {
    if (registry(arguments).isEmpty()) {
      requireLayout(arguments);
    }
  }

  /// Layouts take more names than registries and engines do, which an image goes to sooner or
  /// later.
  private static String tag(Arguments arguments) throws UsageException {
    String tag = arguments.value(TAG).orElse("");
    if (tag.isEmpty() || REFERENCE.matcher(tag).matches()) {
      return tag;
    }
    if (REFERENCE.matcher(tag.toLowerCase(Locale.ROOT)).matches()) {
      throw new UsageException("--tag " + tag + ": names of images have small letters only");
    }
    throw new UsageException(
        "--tag " + tag + " is no NAME[:TAG], such as hello, hello:1 or example.org/team/hello:1.0");
  }

  private static String requireLayout(Arguments arguments) throws UsageException {
    String output = arguments.value(OUTPUT).orElse("");
    if (!output.startsWith("oci:") || output.equals("oci:")) {
      throw new UsageException(
          output.isEmpty()
              ? "say where the image goes: -o oci:DIR, -o registry:NAME[:TAG] or --push"
              : "--output " + output + ": only oci:DIR and registry:NAME[:TAG] are supported yet");
    }
    return output.substring("oci:".length());
  }

  /// What is to be written behind a build is not to fail only then.
  static void requireFolders(Arguments arguments, Context context) throws CommandException {
    for (Option option : List.of(IID_FILE, METADATA_FILE, REPORT)) {
      for (String file : arguments.values(option)) {
        Path path = context.workingFolder().resolve(file).normalize();
        Path folder = path.resolveSibling(".").normalize();
        if (Files.isDirectory(path) || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
          throw new CommandException(
              ExitCode.FAILED,
              "--"
                  + option.name()
                  + " "
                  + file
                  + ": "
                  + folder
                  + " is no folder to write a file of that name to",
              null);
        }
      }
    }
  }

  private static long epoch(Arguments arguments, Context context) throws UsageException {
    String text =
        arguments.value(EPOCH).orElse(context.environment().getOrDefault("SOURCE_DATE_EPOCH", ""));
    if (text.isEmpty()) {
      return 0;
    }
    if (!text.matches("\\d{1,11}")) {
      throw new UsageException("SOURCE_DATE_EPOCH " + text + " is no number of seconds since 1970");
    }
    return Long.parseLong(text);
  }

  private static ImageOptions options(Arguments arguments) throws UsageException {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String label : arguments.values(LABEL)) {
      int equals = label.indexOf('=');
      String key = equals < 0 ? label : label.substring(0, equals);
      if (key.isEmpty()) {
        throw new UsageException("--label " + label + ": say KEY=VALUE");
      }
      labels.put(key, equals < 0 ? "" : label.substring(equals + 1));
    }
    List<ImageOptions.Annotation> annotations = new ArrayList<>();
    for (String text : arguments.values(ANNOTATION)) {
      try {
        annotations.addAll(ImageOptions.annotation(text));
      } catch (BuildException e) {
        throw new UsageException("--annotation " + text + ": " + e.getMessage());
      }
    }
    return new ImageOptions(labels, annotations);
  }

  /// Writes the page about the build, if it is asked for.
  static void page(Arguments arguments, Context context, BuildReport report, String outcome)
      throws IOException {
    for (String file : arguments.values(REPORT)) {
      BuildResult.write(context.workingFolder().resolve(file), report.html(outcome));
    }
  }

  /// The same of a build that failed, whose own failure is not to be covered.
  static void pageOfFailure(Arguments arguments, Context context, BuildReport report) {
    try {
      page(arguments, context, report, "The build failed.");
    } catch (IOException e) {
      context.err().println("anyarch build: cannot write the report: " + Failures.describe(e));
    }
  }

  /// Writes what scripts want to know of the result.
  static void report(
      Arguments arguments,
      Context context,
      Descriptor result,
      BuildRequest.Output output,
      SortedMap<String, Digest> bases,
      TwinsUsed twins)
      throws UsageException, IOException {
    BuildResult built = BuildResult.of(result, output, Acceleration.mode(arguments), bases, twins);
    for (String file : arguments.values(IID_FILE)) {
      BuildResult.write(context.workingFolder().resolve(file), built.id());
    }
    for (String file : arguments.values(METADATA_FILE)) {
      BuildResult.write(context.workingFolder().resolve(file), built.json());
    }
  }
}
