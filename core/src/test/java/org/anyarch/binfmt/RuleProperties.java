package org.anyarch.binfmt;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.anyarch.platform.Bytes;

final class RuleProperties {
  @Provide
  Arbitrary<Rule> rules() {
    Arbitrary<String> names =
        Arbitraries.strings()
            .withCharRange('!', '~')
            .excludeChars('/')
            .ofMinLength(3)
            .ofMaxLength(40);
    Arbitrary<String> interpreters =
        Arbitraries.strings().withCharRange('!', '~').ofMinLength(1).ofMaxLength(90);
    Arbitrary<Flags> flags =
        Combinators.combine(
                Arbitraries.of(true, false),
                Arbitraries.of(true, false),
                Arbitraries.of(true, false),
                Arbitraries.of(true, false))
            .as(Flags::new);
    return Combinators.combine(names, matches(), interpreters, flags)
        .as(Rule::new)
        .filter(r -> !r.name().equals("register") && !r.name().equals("status"));
  }

  private static Arbitrary<Rule.Match> matches() {
    Arbitrary<Rule.Match> magic =
        Arbitraries.bytes()
            .array(byte[].class)
            .ofMinSize(1)
            .ofMaxSize(60)
            .flatMap(
                bytes ->
                    Combinators.combine(
                            Arbitraries.integers().between(0, 256 - bytes.length),
                            Arbitraries.bytes().array(byte[].class).ofSize(bytes.length))
                        .as(
                            (offset, mask) ->
                                new Rule.Match.Magic(offset, Bytes.of(bytes), Bytes.of(mask))));
    Arbitrary<Rule.Match> extension =
        Arbitraries.strings()
            .withCharRange('!', '~')
            .excludeChars('/')
            .ofMinLength(1)
            .ofMaxLength(20)
            .map(Rule.Match.Extension::new);
    return Arbitraries.oneOf(magic, extension);
  }

  @Property
  void aRegisterStringIsReadAsItWasWritten(@ForAll("rules") Rule rule) throws RuleException {
    String text;
    try {
      text = rule.registerString();
    } catch (RuleException e) {
      // Ten characters can be the delimiter; random fields may use all of them.
      assertThat(e).hasMessageContaining("no character is left");
      return;
    }
    assertThat(Rule.parse(text)).isEqualTo(rule);
    assertThat(Rule.parse(text + "\n")).isEqualTo(rule);
    BinfmtD.Content content = BinfmtD.parse(BinfmtD.text("a\nb", java.util.List.of(rule)));
    assertThat(content.lines()).containsExactly(new BinfmtD.Line(3, rule));
    assertThat(content.faults()).isEmpty();
  }

  @Property
  void matchingAgreesWithComparingEachMaskedByte(@ForAll("rules") Rule rule, @ForAll byte[] head) {
    if (rule.match() instanceof Rule.Match.Magic magic) {
      StringBuilder expected = new StringBuilder();
      StringBuilder found = new StringBuilder();
      for (int i = 0; i < magic.magic().length(); i++) {
        int at = magic.offset() + i;
        int mask = magic.mask().at(i);
        expected.append(magic.magic().at(i) & mask).append(' ');
        found.append((at < head.length ? head[at] & 0xff : 0) & mask).append(' ');
      }
      assertThat(rule.matches(head, "/x")).isEqualTo(expected.compareTo(found) == 0);
    }
  }

  @Property
  void anyTextIsARuleOrARefusal(@ForAll String text) {
    try {
      assertThat(Rule.parse(text).name()).isNotEmpty();
    } catch (RuleException e) {
      assertThat(e.errno()).isPresent();
    }
  }

  @Property
  void anEntryFileIsAlwaysRead(@ForAll String text) {
    assertThat(Entry.parse("x", text).name()).isEqualTo("x");
  }
}
