package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against a reader that follows twins.h word by word.
final class TwinTableTest {
  private static final int HEAD = 24;
  private static final int SLOT = 48;

  private static final Identity.Kind[] KINDS = Identity.Kind.values();

  private static FileState file(long inode) {
    return new FileState(7, inode, inode * 3, -inode, inode << 33);
  }

  private static TwinTable.Twin twin(long inode) {
    return new TwinTable.Twin(
        "/ld/" + inode,
        "/lib",
        "/bin/ü" + inode,
        KINDS[(int) (inode % KINDS.length)],
        List.of("a", "b").subList(0, (int) (inode % 3)));
  }

  private static Optional<List<String>> find(byte[] table, FileState file) {
    ByteBuffer in = ByteBuffer.wrap(table).order(ByteOrder.nativeOrder());
    int slots = in.getInt(12);
    int at = (int) ((file.inode() * 0x9e3779b97f4a7c15L) >>> 32) & (slots - 1);
    while (in.getLong(HEAD + at * SLOT + 8) != 0) {
      int slot = HEAD + at * SLOT;
      List<Long> state =
          IntStream.range(0, 5).mapToObj(field -> in.getLong(slot + field * 8)).toList();
      if (state.equals(
          List.of(file.device(), file.inode(), file.size(), file.modified(), file.changed()))) {
        return Optional.of(words(table, in.getInt(slot + 40)));
      }
      at = (at + 1) & (slots - 1);
    }
    return Optional.empty();
  }

  private static List<String> words(byte[] table, int from) {
    List<String> words = new ArrayList<>();
    int at = from;
    while (table[at] != 0) {
      int end = at;
      while (table[end] != 0) {
        end++;
      }
      words.add(new String(table, at, end - at, StandardCharsets.UTF_8));
      at = end + 1;
    }
    return words;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 300})
  void everyFileIsFoundAndNoOther(int count) {
    Map<FileState, TwinTable.Twin> twins = new LinkedHashMap<>();
    LongStream.rangeClosed(1, count).forEach(inode -> twins.put(file(inode), twin(inode)));
    TwinTable table = new TwinTable(false);
    twins.forEach(table::add);
    byte[] bytes = table.bytes();

    twins.forEach(
        (file, twin) ->
            assertThat(find(bytes, file))
                .hasValue(
                    Stream.concat(
                            Stream.of(twin.loader(), twin.libraries(), twin.program()),
                            twin.more().stream())
                        .toList()));
    assertThat(find(bytes, file(count + 1))).isEmpty();
    assertThat(find(bytes, new FileState(8, 1, 3, -1, 1L << 33))).isEmpty();
  }

  @Test
  void theHeadSaysWhatItIs() {
    ByteBuffer head = ByteBuffer.wrap(new TwinTable(true).bytes()).order(ByteOrder.nativeOrder());
    byte[] magic = new byte[8];
    head.get(magic);
    assertThat(magic).isEqualTo("anyarch\1".getBytes(StandardCharsets.US_ASCII));
    assertThat(head.getInt()).isEqualTo(head.capacity());
    assertThat(Integer.bitCount(head.getInt())).isEqualTo(1);
    assertThat(head.getInt()).isEqualTo(1);
    assertThat(new TwinTable(false).bytes()[16]).isZero();
  }
}
