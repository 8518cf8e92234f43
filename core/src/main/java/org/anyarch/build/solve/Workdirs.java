package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.anyarch.build.BuildException;
import org.anyarch.build.plan.ModeChange;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.Owner;
import org.anyarch.oci.RootPath;
import org.anyarch.session.Account;
import org.anyarch.session.Accounts;
import org.anyarch.session.SessionException;

/// Carries out WORKDIR.
final class Workdirs {
  private Workdirs() {}

  /// Makes the folder and its parents for the step's user; one that is there stays as it is.
  static void make(PlannedStep.WorkdirStep step, Path root, Kernel kernel)
      throws IOException, BuildException {
    Account account;
    try {
      account = Accounts.of(root).find(step.user());
    } catch (SessionException e) {
      throw new BuildException(
          step.location() + ": USER " + step.user() + ": " + e.getMessage(), e);
    }
    // A number alone is the group's, too, as for --chown; for RUN it is not.
    int group = step.user().matches("\\d+") ? account.uid() : account.gid();
    TreeCopy.Looks looks =
        new TreeCopy.Looks(Optional.of(new Owner(account.uid(), group)), ModeChange.NONE);
    new TreeCopy(kernel, looks, Selection.ALL, _ -> {})
        .makeFolders(root, RootPath.resolve(root, step.dir()));
  }
}
