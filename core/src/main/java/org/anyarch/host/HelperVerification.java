package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.kernel.Errno;
import org.anyarch.platform.Guest;

/// Runs a tiny program of each guest as an ordinary process of the host and in a fresh mount
/// namespace and root. A caller who may not make the latter hears that it was not tried.
public final class HelperVerification implements Verification {
  private final Verifier verifier;

  public HelperVerification(Verifier verifier) {
    this.verifier = verifier;
  }

  @Override
  public Map<Guest, Finding> verify(HostView view, HostFolder folder, List<Guest> guests)
      throws IOException, InterruptedException {
    Optional<Path> namespace = Optional.empty();
    Path place = folder.here();
    if (view instanceof HostView.MountNamespaceOf(Path process)) {
      namespace = Optional.of(process.resolve("ns/mnt"));
      place = Path.of(folder.path());
    }
    Map<Guest, Verdict> verdicts;
    try {
      verdicts = verifier.verify(namespace, place, guests);
    } catch (VerifierException e) {
      throw new IOException(e.getMessage(), e);
    }
    Map<Guest, Finding> findings = new LinkedHashMap<>();
    verdicts.forEach((guest, verdict) -> findings.put(guest, finding(verdict)));
    return findings;
  }

  private static Finding finding(Verdict verdict) {
    if (!verdict.works(Setting.PROCESS)) {
      return new Finding(false, verdict.meaning(Setting.PROCESS));
    }
    if (verdict.works(Setting.CONTAINER)) {
      return new Finding(true, "its programs run, on the host and in containers");
    }
    boolean untried =
        verdict.outcome(Setting.CONTAINER) instanceof Outcome.Failed(String stage, Errno errno)
            && !stage.equals("exec")
            && errno.equals(Errno.EPERM);
    return new Finding(
        untried,
        untried
            ? "its programs run on the host; whether they do in containers takes CAP_SYS_ADMIN to try"
            : verdict.meaning(Setting.CONTAINER));
  }
}
