package org.anyarch.build.outline;

import java.util.ArrayList;
import java.util.List;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.Location;

/// A stage that can be built.
///
/// @param name its name, or empty if it has none
/// @param description what the comment before it says, `# NAME …`; or empty
/// @param base what it is made FROM, as written
/// @param platform the value of --platform, as written; or empty
/// @param isDefault whether it is what is built unless another is named
public record Target(
    String name,
    String description,
    String base,
    String platform,
    boolean isDefault,
    Location location) {

  /// The stages of a file that have names, and the last one.
  public static List<Target> of(Containerfile file) {
    List<Target> targets = new ArrayList<>();
    for (Containerfile.Stage stage : file.stages()) {
      boolean last = stage.equals(file.stages().getLast());
      if (last || !stage.from().name().isEmpty()) {
        targets.add(
            new Target(
                stage.from().name(),
                file.statement(stage.from()).description(stage.from().name()),
                stage.from().image().text(),
                stage.from().platform(),
                last,
                stage.from().location()));
      }
    }
    return targets;
  }
}
