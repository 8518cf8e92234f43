package org.anyarch.twins;

import java.util.Locale;
import java.util.Optional;
import org.anyarch.platform.Guest;

/// What twins say of the architecture they were built for: that of the guest.
///
/// @param own this machine
record Identity(Guest own, Guest guest) {
  /// How a program comes to know its architecture.
  enum Kind {
    /// Not at all.
    PLAIN,

    /// By texts in its own file ([Disguise]).
    DISGUISED,

    /// By libapt-pkg ([AptLibrary]).
    TOLD,

    /// Not by itself: it is a compiler proper for one architecture, and its twin that of a cross
    /// compiler for the same ([CrossCompiler]).
    CROSS;

    /// @param word that begins the programs of the kind in a profile, as `disguised:`
    static Optional<Kind> named(String word) {
      for (Kind kind : values()) {
        if (word.equals(kind.name().toLowerCase(Locale.ROOT) + ":")) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  /// The twin's file as it may stand in for `original`, if it may.
  Optional<byte[]> program(Kind kind, byte[] program, byte[] original) {
    return switch (kind) {
      case PLAIN -> Optional.of(program);
      case DISGUISED -> Disguise.of(program, own, original, guest);
      // Its cache is a picture of its memory.
      case TOLD ->
          own.elfClass() == guest.elfClass() && own.data() == guest.data()
              ? Optional.of(program)
              : Optional.empty();
      // Seen: of one file of C++ in some dozens, a compiler of 32 bits makes other code than one of
      // 64.
      case CROSS ->
          own.elfClass() == guest.elfClass() && own.data() == guest.data()
              ? CrossCompiler.of(program, original, guest)
              : Optional.empty();
    };
  }

  /// How programs come to know their architecture by that library.
  static Kind ofLibrary(String name) {
    if (name.startsWith("libapt-pkg.so.")) {
      return Kind.TOLD;
    }
    return name.startsWith("libapt-private.so.") ? Kind.DISGUISED : Kind.PLAIN;
  }

  Optional<byte[]> library(String name, byte[] library, byte[] original) {
    return switch (ofLibrary(name)) {
      case PLAIN -> Optional.of(library);
      case DISGUISED -> Disguise.of(library, own, original, guest);
      case TOLD -> AptLibrary.of(library, own.debian(), guest.debian());
      case CROSS -> Optional.empty();
    };
  }
}
