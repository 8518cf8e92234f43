package org.anyarch.host;

import org.anyarch.selinux.Label;
import org.anyarch.selinux.LabelException;
import org.anyarch.selinux.LabelJudgement;

/// Judges labels by what is known of the policies of Fedora and its kin, and of Bottlerocket.
public final class SelinuxLabels {
  private SelinuxLabels() {}

  /// As [Labels] has it.
  public static String judge(String label) {
    try {
      LabelJudgement judgement = LabelJudgement.of(Label.parse(label));
      return judgement.reach() == LabelJudgement.Reach.EVERYBODY
          ? ""
          : "the emulators are labelled "
              + label
              + ": "
              + judgement.sentence()
              + "; "
              + judgement.remedy();
    } catch (LabelException e) {
      return "the emulators' label cannot be judged: " + e.getMessage();
    }
  }
}
