package org.anyarch.build.solve;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.anyarch.build.plan.CopyOptions;
import org.anyarch.build.plan.InlineFile;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.build.plan.PlannedStep.CopyStep;
import org.anyarch.build.plan.PlannedStep.RunStep;
import org.anyarch.build.plan.PlannedStep.WorkdirStep;
import org.anyarch.oci.Digest;
import org.anyarch.platform.Platform;

/// The keys that results of steps are kept under: digests of all that a result depends on. Where an
/// instruction stands and how it is written is left out; so is what may not change a layer, as
/// secrets.
final class StepKeys {
  /// Counted up when equal keys would mean something else.
  private static final String VERSION = "2";

  private StepKeys() {}

  /// What the first step of a stage works on.
  ///
  /// @param chain the chain id of the image's layers; empty for no layers
  static String base(String chain) {
    return digest(List.of("base", chain));
  }

  /// The identity of a result that is not that of its key: what was made once more, and may have
  /// become something else.
  static String renewed(String key, String mark) {
    return digest(List.of("renewed", key, mark));
  }

  /// The identity of a result that was made without what is below it, together with that.
  static String linked(String below, String result) {
    return digest(List.of("linked", below, result));
  }

  /// @param below the identity of what the step works on; empty if it does not matter
  /// @param source what [SourceKeys] say of the step
  static String of(String below, Platform platform, PlannedStep step, String source) {
    List<String> parts = new ArrayList<>(List.of(VERSION, below, platform.toString()));
    switch (step) {
      case RunStep run -> {
        parts.addAll(List.of("run", source, run.workingDir(), run.user()));
        list(parts, run.argv());
        parts.add(String.valueOf(run.environment().size()));
        run.environment().forEach((name, value) -> parts.addAll(List.of(name, value)));
        files(parts, run.scripts());
      }
      case CopyStep copy -> {
        parts.addAll(List.of("copy", source, copy.keyword(), copy.destination()));
        list(parts, copy.sources());
        files(parts, copy.documents());
        options(parts, copy.options());
      }
      case WorkdirStep workdir -> parts.addAll(List.of("workdir", workdir.dir(), workdir.user()));
      case PlannedStep.MetadataStep _ ->
          throw new IllegalArgumentException("a step without a layer");
    }
    return digest(parts);
  }

  private static void options(List<String> parts, CopyOptions options) {
    parts.addAll(List.of(options.chown(), options.chmod(), options.checksum()));
    parts.addAll(
        List.of(
            String.valueOf(options.link()),
            String.valueOf(options.parents()),
            options.keepGitDir().toString(),
            options.unpack().toString()));
    list(parts, options.excludes());
  }

  private static void files(List<String> parts, List<InlineFile> files) {
    parts.add(String.valueOf(files.size()));
    files.forEach(file -> parts.addAll(List.of(file.name(), file.content())));
  }

  private static void list(List<String> parts, List<String> items) {
    parts.add(String.valueOf(items.size()));
    parts.addAll(items);
  }

  /// Different lists never have the same text.
  static String digest(List<String> parts) {
    StringBuilder text = new StringBuilder();
    parts.forEach(part -> text.append(part.length()).append(':').append(part));
    return Digest.ofSha256(text.toString().getBytes(StandardCharsets.UTF_8)).hex();
  }
}
