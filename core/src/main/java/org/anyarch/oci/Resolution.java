package org.anyarch.oci;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.anyarch.platform.Platform;

/// The search for one platform's manifest below an index.
final class Resolution {
  // An index of one registry's every image is not what anybody builds on.
  private static final int MOST_ENTRIES = 4096;

  private record Candidate(Descriptor descriptor, Platform platform) {}

  private final Layout layout;
  private final Platform wanted;
  private final List<Candidate> candidates = new ArrayList<>();
  private int visited;

  Resolution(Layout layout, Platform wanted) {
    this.layout = layout;
    this.wanted = wanted;
  }

  Resolved of(Descriptor image) throws IOException {
    gather(image, 0);
    Candidate chosen =
        candidates.stream()
            .filter(candidate -> candidate.platform().equals(wanted))
            .findFirst()
            .or(
                () ->
                    wanted
                        .best(candidates.stream().map(Candidate::platform).toList())
                        .flatMap(
                            best ->
                                candidates.stream()
                                    .filter(candidate -> candidate.platform().equals(best))
                                    .findFirst()))
            .orElse(null);
    if (chosen == null) {
      throw new OciException(
          "the image "
              + image.digest()
              + " in "
              + layout.root()
              + " has no "
              + text(wanted)
              + "; it has "
              + present()
              + ". Choose one of these, or another image.");
    }
    Manifest manifest = layout.manifest(chosen.descriptor());
    return new Resolved(chosen.descriptor(), chosen.platform(), manifest, layout.config(manifest));
  }

  private void gather(Descriptor entry, int depth) throws IOException {
    if (++visited > MOST_ENTRIES || depth > Closure.DEEPEST) {
      throw new OciException(
          "the image index "
              + entry.digest()
              + " is one of more than "
              + MOST_ENTRIES
              + " or nested more than "
              + Closure.DEEPEST
              + " deep.");
    }
    if (MediaType.isIndex(entry.mediaType())) {
      for (Descriptor below : layout.index(entry).manifests()) {
        gather(below, depth + 1);
      }
    } else if (MediaType.isManifest(entry.mediaType())) {
      Platform platform = entry.platform();
      if (platform == null) {
        Manifest manifest = layout.manifest(entry);
        // Signatures, attestations and other artifacts run on nothing.
        if (MediaType.isConfig(manifest.config().mediaType())) {
          candidates.add(new Candidate(entry, layout.config(manifest).platform()));
        }
      } else {
        candidates.add(new Candidate(entry, platform));
      }
    }
  }

  private String present() {
    TreeSet<String> names = new TreeSet<>();
    for (Candidate candidate : candidates) {
      // Attestations have to be listed with some platform, and are with this one.
      if (!Objects.equals(candidate.platform().os(), "unknown")) {
        names.add(text(candidate.platform()));
      }
    }
    return names.isEmpty() ? "no platform at all" : String.join(", ", names);
  }

  private static String text(Platform platform) {
    String text = platform.os() + "/" + platform.architecture();
    return platform.variant().isEmpty() ? text : text + "/" + platform.variant();
  }
}
