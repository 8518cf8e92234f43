package org.anyarch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The floors of ARCHITECTURE.md: a package knows only packages below its own.
final class FloorsTest {
  private static final List<List<String>> FLOORS =
      List.of(
          List.of("text"),
          List.of("platform"),
          List.of("elf", "kernel"),
          List.of("binfmt", "selinux"),
          List.of("emulator", "oci"),
          List.of("registry", "twins"),
          List.of("session"),
          List.of("host"),
          List.of("build"));

  /// Within `build`, from the text to the image.
  private static final List<String> ROOMS =
      List.of("containerfile", "lint", "outline", "plan", "fetch", "solve", "export");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.anyarch");

  @Test
  void everyPackageStandsOnAFloor() {
    assertThat(CLASSES).hasSizeGreaterThan(100);
    assertThat(
            CLASSES.stream()
                .map(c -> c.getPackageName().split("\\.", -1))
                .filter(p -> p.length > 2)
                .map(p -> p[2])
                .distinct())
        .isSubsetOf(FLOORS.stream().flatMap(List::stream).toList());
  }

  @Test
  void aPackageKnowsOnlyTheFloorsBelow() {
    List<String> above = new ArrayList<>();
    for (List<String> floor : FLOORS.reversed()) {
      for (String name : floor) {
        List<String> forbidden = new ArrayList<>(above);
        floor.stream()
            .filter(other -> !other.equals(name))
            .map(FloorsTest::all)
            .forEach(forbidden::add);
        if (!forbidden.isEmpty()) {
          noClasses()
              .that()
              .resideInAPackage(all(name))
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(forbidden.toArray(String[]::new))
              .check(CLASSES);
        }
      }
      floor.stream().map(FloorsTest::all).forEach(above::add);
    }
  }

  private static String all(String name) {
    return "org.anyarch." + name + "..";
  }

  @Test
  void theRoomsOfTheBuilderLieInARow() {
    for (int i = 0; i < ROOMS.size() - 1; i++) {
      noClasses()
          .that()
          .resideInAPackage("org.anyarch.build." + ROOMS.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOMS.subList(i + 1, ROOMS.size()).stream()
                  .map(room -> "org.anyarch.build." + room)
                  .toArray(String[]::new))
          .check(CLASSES);
    }
  }

  @Test
  void noPackagesGoInCircles() {
    slices().matching("org.anyarch.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void theLibraryIsPureJavaAndSilent() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.lang.foreign..", "sun..", "jdk.internal..")
        .check(CLASSES);
    noClasses().should().accessField(System.class, "out").check(CLASSES);
    noClasses().should().accessField(System.class, "err").check(CLASSES);
  }
}
