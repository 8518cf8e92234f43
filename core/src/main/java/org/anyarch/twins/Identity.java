package org.anyarch.twins;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.anyarch.elf.ElfImage;
import org.anyarch.platform.Guest;

/// What twins say of the architecture they were built for: that of the guest.
///
/// @param own this machine
record Identity(Guest own, Guest guest) {
  private static final String C_LIBRARY = "libc.so.6";

  /// What Debian gives compilers of one machine alone.
  private static final List<String> BUILD_FLAGS = List.of("-fcf-protection", "-mbranch-protection");

  /// How a program comes to know its architecture.
  enum Kind {
    /// Not at all.
    PLAIN,

    /// Not at all in some releases of a distribution, and as [#DISGUISED] in others.
    SILENT,

    /// By texts in its own file ([Disguise]).
    DISGUISED,

    /// By libapt-pkg ([AptLibrary]).
    TOLD,

    /// By uname(2) ([CLibrary]).
    ASKING,

    /// Not by itself: it is a compiler proper for one architecture, and its twin that of a cross
    /// compiler for the same ([CrossCompiler]).
    CROSS,

    /// As [#CROSS], and starts compilers ([CrossDriver]).
    DRIVER,

    /// As [#DRIVER], for C++, whose links are with a library more.
    CXXDRIVER,

    /// As [#CROSS], but a library that programs of the kind [#OBJECTS] are told to load.
    PLUGIN,

    /// By texts in its own file, the modules it loads, and uname(2) ([Perl]).
    PERL,

    /// By what interprets it, which is of the kind [#PERL].
    SCRIPT,

    /// It is no program but the folder in which the package manager notes what is installed.
    PACKAGES,

    /// Not at all: it works on object files, of one architecture wherever it runs. What plugins
    /// find in them, it can tell only with those.
    OBJECTS;

    /// Whether its twin is of a cross compiler.
    boolean isOfCrossCompiler() {
      return this == CROSS || isDriver() || this == PLUGIN;
    }

    boolean isDriver() {
      return this == DRIVER || this == CXXDRIVER;
    }

    /// Whether all that it is told by is in itself.
    boolean isAlone() {
      return this == PLAIN || this == OBJECTS || this == PLUGIN;
    }

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
      case SILENT -> isAlike() ? silent(program, original) : Optional.empty();
      case DISGUISED -> Disguise.of(program, own, original, guest);
      // apt's cache is a picture of its memory. Of one file of C++ in some dozens, a compiler of 32
      // bits was seen to make other code than one of 64. What goes with compilers was tried only
      // where both are the same.
      case TOLD, PLUGIN, ASKING -> Optional.of(program).filter(_ -> isAlike());
      case OBJECTS ->
          Optional.of(program).filter(_ -> isAlike() && LinkerScripts.areAlike(program, original));
      case PERL ->
          isAlike() && Perl.canServe(guest)
              ? Disguise.ofPerl(program, own, original, guest)
              : Optional.empty();
      case SCRIPT, PACKAGES -> Optional.empty();
      case CROSS -> isAlike() ? CrossCompiler.of(program, original, guest) : Optional.empty();
      case DRIVER, CXXDRIVER -> isAlike() ? CrossDriver.of(program, original) : Optional.empty();
    };
  }

  private Optional<byte[]> silent(byte[] program, byte[] original) {
    List<String> words = new ArrayList<>(BUILD_FLAGS);
    words.add(own.triplet());
    return ElfImage.of(program)
        .flatMap(
            image ->
                new Texts(image).with(words).isEmpty()
                    ? Optional.of(program)
                    : Disguise.of(program, own, original, guest));
  }

  private boolean isAlike() {
    return own.elfClass() == guest.elfClass() && own.data() == guest.data();
  }

  /// What the dispatcher has to know of a program besides: variables that a driver gives to what it
  /// starts, or the folders that plugins are in.
  List<String> more(Kind kind, byte[] original) {
    return switch (kind) {
      case DRIVER, CXXDRIVER -> CrossDriver.environment(original);
      case OBJECTS -> List.of("/usr/lib/" + guest.triplet() + "/bfd-plugins", Plugins.FOLDER);
      case PERL -> Perl.folders(own, guest);
      case PLAIN, SILENT, DISGUISED, TOLD, ASKING, CROSS, PLUGIN, SCRIPT, PACKAGES -> List.of();
    };
  }

  /// How programs come to know their architecture by that library.
  static Kind ofLibrary(String name) {
    if (name.startsWith("libapt-pkg.so.")) {
      return Kind.TOLD;
    }
    if (name.equals(C_LIBRARY)) {
      return Kind.ASKING;
    }
    return name.startsWith("libapt-private.so.") ? Kind.DISGUISED : Kind.PLAIN;
  }

  Optional<byte[]> library(String name, byte[] library, byte[] original) {
    return switch (ofLibrary(name)) {
      case PLAIN, SILENT, OBJECTS, PLUGIN -> Optional.of(library);
      case DISGUISED -> Disguise.of(library, own, original, guest);
      case TOLD -> AptLibrary.of(library, own.debian(), guest.debian());
      // What it says of 32-bit processors depends on the variant; who asks for that is emulated.
      case ASKING -> isAlike() ? CLibrary.of(library, guest.uname()) : Optional.of(library);
      case CROSS, DRIVER, CXXDRIVER, PERL, SCRIPT, PACKAGES -> Optional.empty();
    };
  }
}
