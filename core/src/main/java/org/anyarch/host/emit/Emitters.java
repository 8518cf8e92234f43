package org.anyarch.host.emit;

import java.util.List;
import org.anyarch.text.Nearest;

/// All kinds of lasting set-ups, by name.
public final class Emitters {
  private static final List<Emitter> ALL =
      List.of(
          new SystemdEmitter(),
          new BinfmtDEmitter(),
          new UpdateBinfmtsEmitter(),
          new BottlerocketEmitter(),
          new DaemonSetEmitter(),
          new QuadletEmitter(),
          new GithubEmitter(),
          new GitlabEmitter(),
          new JenkinsEmitter(),
          new SelinuxEmitter());

  private Emitters() {}

  /// In the order in which help lists them.
  public static List<Emitter> all() {
    return ALL;
  }

  /// The files of the kind `name`.
  ///
  /// @throws EmitException if there is no such kind, or the request is not fit for it
  public static List<Emission> emit(String name, EmitRequest request) throws EmitException {
    request.check();
    for (Emitter emitter : ALL) {
      if (emitter.name().equals(name)) {
        return emitter.emit(request);
      }
    }
    List<String> names = ALL.stream().map(Emitter::name).toList();
    throw new EmitException(
        "there is no set-up \""
            + name
            + "\""
            + Nearest.of(name, names).map(n -> "; did you mean " + n + "?").orElse("")
            + " Known are: "
            + String.join(", ", names));
  }
}
