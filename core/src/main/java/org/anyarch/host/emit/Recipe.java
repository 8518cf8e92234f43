package org.anyarch.host.emit;

import java.util.ArrayList;
import java.util.List;

/// The commands of a CI job: anyarch in a container, first with handlers of its own that nobody
/// else sees; where that is not possible (exit status 3) with handlers of the machine.
///
/// @param build builds for all platforms
/// @param install registers the machine's handlers, and fails unless all of them work
record Recipe(String build, String install) {
  /// Anyarch's exit status where a machine allows no private handlers.
  static final int NOT_HERE = 3;

  static Recipe of(EmitRequest request, String kind) throws EmitException {
    String image = request.requiredImage(kind);
    List<String> install =
        new ArrayList<>(
            List.of(
                "docker",
                "run",
                "--rm",
                "--privileged",
                "--pid=host",
                "-v",
                request.home() + ":" + request.home(),
                "--entrypoint",
                "anyarch",
                image));
    install.addAll(request.arguments("host", "install"));
    return new Recipe(
        "docker run --rm --privileged -v \"$PWD:/work\" -w /work --entrypoint anyarch "
            + Quote.shell(
                List.of(
                    image,
                    "build",
                    "--platform",
                    request.platforms(),
                    "-t",
                    "app",
                    "-o",
                    "oci:image",
                    ".")),
        Quote.shell(install));
  }

  /// Both, as one script that ends with the status of the build.
  List<String> script() {
    return List.of(
        "set -e",
        "status=0",
        build + " || status=$?",
        "# " + NOT_HERE + ": this machine allows no handlers of one's own, so it gets its own",
        "if [ \"$status\" -eq " + NOT_HERE + " ]; then",
        "  " + install,
        "  " + build,
        "elif [ \"$status\" -ne 0 ]; then",
        "  exit \"$status\"",
        "fi");
  }
}
