package org.anyarch.twins;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The file by which the dispatcher finds twins; `twins.h` of the native module describes it.
final class TwinTable {
  private static final byte[] MAGIC = {'a', 'n', 'y', 'a', 'r', 'c', 'h', 1};
  private static final int HEAD = 24;
  private static final int C_LOCALE_ONLY = 1;
  private static final int SLOT = 48;
  private static final long FACTOR = 0x9e3779b97f4a7c15L;

  /// How a twin is started; paths as its container sees them, without NUL.
  ///
  /// @param loader the dynamic loader, by a name of the program's own
  /// @param libraries the folder of all its libraries
  /// @param kind by which some of its options are about the program itself
  /// @param more what else there is to know ([Identity#more]); none of it is empty
  record Twin(
      String loader, String libraries, String program, Identity.Kind kind, List<String> more) {
    private int flags() {
      return switch (kind) {
        case PLAIN, SILENT, DISGUISED, TOLD, ASKING -> 0;
        case CROSS -> 1;
        case OBJECTS -> 2;
        case PLUGIN -> 4;
        case DRIVER -> 8 + (more.isEmpty() ? 0 : 16);
        case CXXDRIVER -> 8 + 32 + (more.isEmpty() ? 0 : 16);
        case PERL -> 64;
        case SCRIPT -> 128;
        case PACKAGES -> 256;
      };
    }

    /// The same for a file of another kind that goes with it.
    Twin as(Identity.Kind other) {
      return new Twin(loader, libraries, program, other, List.of());
    }

    private byte[] text() {
      List<String> words = new ArrayList<>(List.of(loader, libraries, program));
      words.addAll(more);
      return (String.join("\0", words) + "\0\0").getBytes(StandardCharsets.UTF_8);
    }
  }

  private final boolean foreignOrder;
  private final Map<FileState, Twin> twins = new LinkedHashMap<>();

  /// @param foreignOrder whether the guest's byte order is another than the twins', which then can
  ///   read no locale but C
  TwinTable(boolean foreignOrder) {
    this.foreignOrder = foreignOrder;
  }

  void add(FileState file, Twin twin) {
    twins.put(file, twin);
  }

  int size() {
    return twins.size();
  }

  byte[] bytes() {
    // At most half full, so that a search ends soon.
    int slots = Integer.highestOneBit(Math.max(8, twins.size())) * 4;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    ByteBuffer head = ByteBuffer.allocate(HEAD + slots * SLOT).order(ByteOrder.nativeOrder());
    boolean[] taken = new boolean[slots];
    twins.forEach(
        (file, twin) -> {
          int at = (int) ((file.inode() * FACTOR) >>> 32) & (slots - 1);
          while (taken[at]) {
            at = (at + 1) & (slots - 1);
          }
          taken[at] = true;
          head.position(HEAD + at * SLOT);
          head.putLong(file.device()).putLong(file.inode()).putLong(file.size());
          head.putLong(file.modified()).putLong(file.changed());
          head.putInt(head.capacity() + text.size()).putInt(twin.flags());
          text.writeBytes(twin.text());
        });
    head.position(0);
    head.put(MAGIC)
        .putInt(head.capacity() + text.size())
        .putInt(slots)
        .putInt(foreignOrder ? C_LOCALE_ONLY : 0);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.array());
    all.writeBytes(text.toByteArray());
    return all.toByteArray();
  }
}
