package org.anyarch.build.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/// The cache's files are read as they were written, and not at all if a single byte is another.
final class CacheFilesProperties {
  private static final String KIND = "kind 1";

  @Property
  void anEntryIsReadAsItWasWritten(
      @ForAll @Size(max = 5) Map<@AlphaChars @StringLength(min = 1, max = 8) String, String> raw) {
    Map<String, String> values = new HashMap<>();
    raw.forEach((name, value) -> values.put(name, EntryFile.line(value)));
    EntryFile entry = new EntryFile(KIND, values);

    assertThat(EntryFile.parse(KIND, entry.text())).contains(entry);
    assertThat(EntryFile.parse("other", entry.text())).isEmpty();
  }

  @Property
  void anEntryWithAnotherByteIsNone(
      @ForAll String value, @ForAll @IntRange(max = 10_000) int at, @ForAll char other) {
    String text = new EntryFile(KIND, Map.of("what", EntryFile.line(value))).text();
    int place = at % text.length();
    String changed = text.substring(0, place) + other + text.substring(place + 1);

    Optional<EntryFile> read = EntryFile.parse(KIND, changed);

    assertThat(read.isPresent()).isEqualTo(changed.equals(text));
  }

  @Property
  void anyTextIsAnEntryOrNone(@ForAll String text) {
    assertThat(EntryFile.parse(KIND, KIND + "\n" + text)).isEmpty();
  }

  @Provide
  Arbitrary<Map<FileDigests.Identity, byte[]>> digests() {
    Arbitrary<Long> number = Arbitraries.longs();
    Arbitrary<FileDigests.Identity> files =
        Combinators.combine(number, number, number, number, number).as(FileDigests.Identity::new);
    return Arbitraries.maps(files, Arbitraries.bytes().array(byte[].class).ofSize(32)).ofMaxSize(4);
  }

  @Property
  void digestsAreReadAsTheyWereWritten(
      @ForAll("digests") Map<FileDigests.Identity, byte[]> digests) {
    Map<FileDigests.Identity, byte[]> read =
        FileDigests.parse(FileDigests.bytes(digests)).orElseThrow();

    assertThat(read).containsOnlyKeys(digests.keySet());
    digests.forEach((file, digest) -> assertThat(read.get(file)).isEqualTo(digest));
  }

  @Property
  void digestsWithAnotherByteOrLengthAreNone(
      @ForAll("digests") Map<FileDigests.Identity, byte[]> digests,
      @ForAll @IntRange(max = 10_000) int at,
      @ForAll @IntRange(min = 1, max = 255) int change) {
    byte[] bytes = FileDigests.bytes(digests);
    byte[] shorter = Arrays.copyOf(bytes, at % bytes.length);
    bytes[at % bytes.length] ^= (byte) change;

    assertThat(FileDigests.parse(bytes)).isEmpty();
    assertThat(FileDigests.parse(shorter)).isEmpty();
  }

  @Property
  void anyBytesAreDigestsOrNone(@ForAll String text) {
    assertThat(FileDigests.parse(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }
}
