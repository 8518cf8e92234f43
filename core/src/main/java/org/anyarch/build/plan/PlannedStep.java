package org.anyarch.build.plan;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.build.containerfile.Location;

/// One thing to do to the root of a stage, or a line of its history.
public sealed interface PlannedStep {
  Location location();

  /// The instruction as it is shown while it runs.
  String text();

  /// What the image's history says of it.
  String createdBy();

  /// Whether it may change files.
  default boolean makesLayer() {
    return !(this instanceof MetadataStep);
  }

  /// @param environment the whole environment, build arguments included
  /// @param user as USER says it
  /// @param scripts programs that the step finds in [#SCRIPTS]
  record RunStep(
      Location location,
      String text,
      String createdBy,
      List<String> argv,
      Map<String, String> environment,
      String workingDir,
      String user,
      RunSetup setup,
      List<InlineFile> scripts)
      implements PlannedStep {
    /// Where BuildKit puts them.
    public static final String SCRIPTS = "/dev/pipes/";

    public RunStep {
      scripts = List.copyOf(scripts);
      argv = List.copyOf(argv);
      environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }
  }

  /// @param keyword COPY or ADD
  /// @param sources paths or patterns, relative to the source's root; for ADD also what a
  ///   [RemoteSource] is made of
  /// @param documents files from the Containerfile itself, copied behind the sources
  /// @param destination absolute; a slash at the end says that it is a folder
  record CopyStep(
      Location location,
      String text,
      String createdBy,
      String keyword,
      CopySource source,
      List<String> sources,
      List<InlineFile> documents,
      String destination,
      CopyOptions options)
      implements PlannedStep {
    public CopyStep {
      sources = List.copyOf(sources);
      documents = List.copyOf(documents);
    }

    /// What a source of the step is fetched from, if it is no path.
    public Optional<RemoteSource> remote(String source) {
      return keyword.equals("ADD") ? RemoteSource.of(source) : Optional.empty();
    }

    /// Whether an archive among the sources is unpacked.
    ///
    /// @param fetched whether it comes from a URL, which is not unpacked unless it is asked for
    public boolean unpacks(boolean fetched) {
      return options.unpack().orElse(keyword.equals("ADD") && !fetched);
    }

    /// The source in words.
    public String sourceName() {
      return source.inWords();
    }
  }

  /// Makes the working folder if it is not there.
  ///
  /// @param user as USER says it; the folder is theirs
  record WorkdirStep(Location location, String text, String createdBy, String dir, String user)
      implements PlannedStep {}

  /// Changes what the image says of itself, and no file.
  record MetadataStep(Location location, String text, String createdBy) implements PlannedStep {}
}
