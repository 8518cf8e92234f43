package org.anyarch.build.containerfile;

import java.util.List;

/// An instruction together with how it was written, for those who look at the writing.
///
/// @param keyword in the case it was written in
/// @param line the whole of it, continuations joined
/// @param comments the lines of comment before it, without `#`
/// @param hasGap whether an empty line stands among its continuations
public record Statement(
    Instruction instruction, String keyword, String line, List<String> comments, boolean hasGap) {
  public Statement {
    comments = List.copyOf(comments);
  }

  /// What the comments say of `name`: a line that begins with it. Empty if none does.
  public String description(String name) {
    for (String comment : comments) {
      if (!name.isEmpty() && comment.startsWith(name + " ")) {
        return comment.substring(name.length()).strip();
      }
    }
    return "";
  }
}
