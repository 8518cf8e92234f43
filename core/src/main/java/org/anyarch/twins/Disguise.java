package org.anyarch.twins;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.anyarch.elf.ElfImage;
import org.anyarch.elf.Graft;
import org.anyarch.platform.Guest;

/// Makes a twin say what its guest says of the architecture that it was built for: its copy has a
/// segment with the guest's texts, and names these where it named its own. The texts are those of
/// the guest's own file. Where it cannot be sure to have found every one, there is no disguise.
final class Disguise {
  private final List<Texts.Run> runs;
  private final Names mine;
  private final Texts ownTexts;
  private final Texts theirTexts;
  private final Names theirs;
  private final References references;
  private final Kind kind;

  /// How a program names its texts.
  ///
  /// @param counted whether it knows the lengths of paths, too
  /// @param idle the begin of a path that says nothing where it is not named by its address; empty
  ///   if there is none
  private record Kind(boolean counted, String idle) {}

  private Disguise(ElfImage image, Guest own, ElfImage guestImage, Guest guest, Kind kind) {
    this.kind = kind;
    this.ownTexts = new Texts(image);
    this.mine = Names.in(ownTexts, own);
    this.runs = ownTexts.with(mine.all()).stream().filter(r -> mine.areIn(r.content())).toList();
    this.theirTexts = new Texts(guestImage);
    this.theirs = Names.in(theirTexts, guest);
    this.references = References.of(image);
  }

  /// @param program the twin's file, of this machine
  /// @param original the file of the guest that it stands in for
  static Optional<byte[]> of(byte[] program, Guest own, byte[] original, Guest guest) {
    return of(program, own, original, guest, new Kind(false, ""));
  }

  /// As [#of] for perl, which puts its folders together of texts whose lengths are in its code.
  static Optional<byte[]> ofPerl(byte[] program, Guest own, byte[] original, Guest guest) {
    return of(program, own, original, guest, new Kind(true, Perl.local(own)));
  }

  private static Optional<byte[]> of(
      byte[] program, Guest own, byte[] original, Guest guest, Kind kind) {
    Optional<ElfImage> image = ElfImage.of(program);
    Optional<ElfImage> guestImage = ElfImage.of(original);
    Optional<Graft> graft = Graft.of(program);
    if (image.isEmpty() || guestImage.isEmpty() || graft.isEmpty()) {
      return Optional.empty();
    }
    Disguise disguise = new Disguise(image.get(), own, guestImage.get(), guest, kind);
    return disguise.texts().flatMap(texts -> disguise.on(graft.get(), texts));
  }

  /// The guest's texts by the addresses of the twin's.
  private Optional<Map<Long, String>> texts() {
    Map<Long, String> texts = new LinkedHashMap<>();
    for (Texts.Run run : runs) {
      // Texts may share their ends, so every reference up to the name is to another one.
      long end = run.address() + mine.lastIn(run.content()) + 1;
      Set<Long> addresses = references.between(run.address(), end);
      if (isSaidByBoth(run.content()) || (addresses.isEmpty() && isIdle(run.content()))) {
        continue;
      }
      boolean named = false;
      for (long address : addresses) {
        String text = run.content().substring((int) (address - run.address()));
        if (!Texts.isText(text)) {
          continue;
        }
        Optional<String> theirText = translation(text);
        if (theirText.isEmpty() || references.hasOthers(address)) {
          return Optional.empty();
        }
        texts.put(address, theirText.get());
        named = true;
      }
      if (!named) {
        return Optional.empty();
      }
    }
    return texts.isEmpty() || references.codeHasAny(mine.all()) || !sayAll(texts)
        ? Optional.empty()
        : Optional.of(texts);
  }

  /// The name of an architecture that is not about the program's own.
  private boolean isSaidByBoth(String text) {
    return theirTexts.have(text) && translation(text).isEmpty();
  }

  private boolean isIdle(String text) {
    return !kind.idle().isEmpty() && text.contains(kind.idle());
  }

  /// What the guest says where the twin says `text`; empty too if it says several such things, as
  /// one that lists architectures does.
  private Optional<String> translation(String text) {
    List<String> said = mine.translations(text, theirs).stream().filter(theirTexts::have).toList();
    return said.size() == 1 && !theirTexts.have(text)
        ? Optional.of(said.getFirst())
        : Optional.empty();
  }

  /// Whether the guest says nothing else of its architecture. If it does, the twin does so in a way
  /// that was not found.
  private boolean sayAll(Map<Long, String> texts) {
    Set<String> known = new HashSet<>(texts.values());
    runs.forEach(run -> known.addAll(run.texts()));
    return theirTexts.with(theirs.all()).stream()
        .flatMap(run -> run.texts().stream())
        .filter(text -> theirs.areIn(text) && !text.contains("ld-linux"))
        .allMatch(known::contains);
  }

  /// Empty if a length was not found.
  private Optional<byte[]> on(Graft graft, Map<Long, String> texts) {
    ByteArrayOutputStream segment = new ByteArrayOutputStream();
    Map<Long, Long> moved = new LinkedHashMap<>();
    texts.forEach(
        (address, text) -> {
          moved.put(address, graft.address() + segment.size());
          segment.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
          segment.write(0);
        });
    byte[] file = graft.with(segment.toByteArray(), Graft.READ);
    ByteBuffer words = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    boolean counted = true;
    for (Map.Entry<Long, String> text : texts.entrySet()) {
      String own = ownTexts.at(text.getKey()).orElseThrow();
      if (kind.counted() && own.startsWith("/")) {
        counted &= references.recount(words, text.getKey(), own.length(), text.getValue().length());
      }
      references.redirect(words, text.getKey(), Objects.requireNonNull(moved.get(text.getKey())));
    }
    return counted ? Optional.of(file) : Optional.empty();
  }
}
