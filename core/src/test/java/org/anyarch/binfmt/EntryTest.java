package org.anyarch.binfmt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.anyarch.platform.Bytes;
import org.junit.jupiter.api.Test;

final class EntryTest {
  @Test
  void anEntryOfMagicIsRead() {
    Entry entry =
        Entry.parse(
            "q",
            "enabled\ninterpreter /usr/bin/q a b\nflags: POCF\noffset 4\nmagic 7f45\nmask fffe\n");

    assertThat(entry.enabled()).isTrue();
    assertThat(entry.interpreter()).isEqualTo("/usr/bin/q a b");
    assertThat(entry.flags()).isEqualTo("POCF");
    assertThat(entry.match())
        .contains(new Rule.Match.Magic(4, Bytes.ofHex("7f45"), Bytes.ofHex("fffe")));
    assertThat(entry.unknown()).isEmpty();
  }

  @Test
  void noMaskIsAMaskOfOnes() {
    Entry entry = Entry.parse("q", "disabled\ninterpreter /q\nflags: \noffset 0\nmagic 7f45\n");

    assertThat(entry.enabled()).isFalse();
    assertThat(entry.match())
        .contains(new Rule.Match.Magic(0, Bytes.ofHex("7f45"), Bytes.ofHex("ffff")));
  }

  @Test
  void anEntryOfAnExtensionIsRead() {
    assertThat(Entry.parse("q", "enabled\ninterpreter /q\nflags: \nextension .exe\n").match())
        .contains(new Rule.Match.Extension("exe"));
  }

  @Test
  void whatNewerKernelsAddIsKept() {
    Entry entry =
        Entry.parse("q", "enabled\ninterpreter /q\nflags: POCFT\nbpf 12\nmask ff\nmagic 7f45\n");

    assertThat(entry.flags()).isEqualTo("POCFT");
    assertThat(entry.unknown()).containsExactly("bpf 12");
    assertThat(entry.match()).isEmpty();
  }

  @Test
  void garbageIsUnknown() {
    assertThat(Entry.parse("q", "offset 99999999999\nmagic zz\n\n").unknown())
        .isEqualTo(List.of("offset 99999999999", "magic zz", ""));
  }

  @Test
  void theFirstThatIsEnabledAndMatchesTakesTheFile() {
    String magic = "\nflags: \noffset 0\nmagic 7f\n";
    Entry disabled = Entry.parse("a", "disabled\ninterpreter /a" + magic);
    Entry other = Entry.parse("b", "enabled\ninterpreter /b\nflags: \nextension .exe\n");
    Entry newer = Entry.parse("c", "enabled\ninterpreter /c" + magic);
    Entry older = Entry.parse("d", "enabled\ninterpreter /d" + magic);
    List<Entry> entries = List.of(disabled, other, newer, older);

    assertThat(Entry.first(entries, new byte[] {0x7f}, "/x")).contains(newer);
    assertThat(Entry.first(entries, new byte[] {0x7f}, "/x.exe")).contains(other);
    assertThat(Entry.first(entries, new byte[] {1}, "/x")).isEmpty();
  }
}
