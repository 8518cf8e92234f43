package org.anyarch.selinux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class SelinuxProperties {
  @Provide
  Arbitrary<Label> labels() {
    Arbitrary<String> names =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .withChars("_.")
            .ofMinLength(1)
            .ofMaxLength(20);
    Arbitrary<Level> lows = levels();
    Arbitrary<Label> ranged =
        Combinators.combine(names, names, names, lows, levels())
            .as(
                (u, r, t, low, more) -> {
                  TreeSet<Integer> categories = new TreeSet<>(low.categories());
                  categories.addAll(more.categories());
                  Level high =
                      new Level(low.sensitivity() + more.sensitivity(), List.copyOf(categories));
                  return new Label(u, r, t, Optional.of(low), Optional.of(high));
                });
    Arbitrary<Label> bare =
        Combinators.combine(names, names, names)
            .as((u, r, t) -> new Label(u, r, t, Optional.empty(), Optional.empty()));
    return Arbitraries.oneOf(ranged, bare);
  }

  private static Arbitrary<Level> levels() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 20),
            Arbitraries.integers().between(0, 40).list().ofMaxSize(25))
        .as(Level::new);
  }

  @Property
  void aLabelIsReadAsItWasPrinted(@ForAll("labels") Label label) throws LabelException {
    assertThat(Label.parse(label.toString())).isEqualTo(label);
    assertThat(Label.parse(label + "\0")).isEqualTo(label);
  }

  @Property
  void everyLabelIsJudged(@ForAll("labels") Label label) {
    LabelJudgement judgement = LabelJudgement.of(label);
    assertThat(judgement.sentence()).isNotBlank();
    assertThat(judgement.remedy().isEmpty())
        .isEqualTo(judgement.reach() == LabelJudgement.Reach.EVERYBODY);
  }

  @Property
  void aDenialIsReadAsItWasLogged(
      @ForAll("labels") Label source, @ForAll("labels") Label target, @ForAll boolean permissive) {
    String line =
        "avc:  denied  { read map } for  pid=1 comm=\"x\" scontext="
            + source
            + " tcontext="
            + target
            + " tclass=file permissive="
            + (permissive ? 1 : 0);

    Avc avc = Avc.parse(line).orElseThrow();

    assertThat(avc.source()).isEqualTo(source);
    assertThat(avc.target()).isEqualTo(target);
    assertThat(avc.permissions()).containsExactly("read", "map");
    assertThat(avc.permissive()).isEqualTo(permissive);
  }

  @Property
  void anyTextIsALabelOrARefusal(@ForAll String text) {
    try {
      assertThat(Label.parse(text).type()).isNotEmpty();
    } catch (LabelException e) {
      assertThat(e).message().isNotBlank().doesNotContain("\n");
    }
    assertThat(Avc.parse("avc: denied { read } for scontext=" + text)).isNotNull();
  }
}
