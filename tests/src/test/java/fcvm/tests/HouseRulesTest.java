package fcvm.tests;

import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.have;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The rules of the house, as ARCHITECTURE.md tells them.
class HouseRulesTest {
  private static final int FILE_LINES_MAX = 400;

  /// What a module may use directly, beside itself and the JDK.
  private static final Map<String, Set<String>> MAY_USE =
      new LinkedHashMap<>(
          Map.ofEntries(
              entry("linux", Set.of()),
              entry("kvm", Set.of("linux")),
              entry("fuse", Set.of("linux")),
              entry("virtio", Set.of("fuse", "linux")),
              entry("vmm", Set.of("kvm", "virtio", "fuse", "linux")),
              entry("agent", Set.of("linux")),
              entry("provision", Set.of("linux")),
              entry("machine", Set.of("agent", "provision", "linux")),
              entry("container", Set.of("vmm", "fuse", "agent", "provision", "linux")),
              entry("bench", Set.of("container", "vmm", "fuse", "agent", "provision", "linux")),
              entry(
                  "cli",
                  Set.of("bench", "container", "machine", "vmm", "agent", "provision", "linux"))));

  private static final Path ROOT = Path.of(System.getProperty("fcvm.root"));

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("fcvm");

  @Test
  void aModuleUsesOnlyWhatItMayUse() {
    for (var entry : MAY_USE.entrySet()) {
      List<String> forbidden = new ArrayList<>();
      for (String other : MAY_USE.keySet()) {
        if (!other.equals(entry.getKey()) && !entry.getValue().contains(other)) {
          forbidden.add("fcvm." + other + "..");
        }
      }
      noClasses()
          .that()
          .resideInAPackage("fcvm." + entry.getKey() + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(forbidden.toArray(String[]::new))
          .check(HOUSE);
    }
  }

  @Test
  void onlyLinuxLooksUpOrCallsNativeCode() {
    noClasses()
        .that()
        .resideOutsideOfPackage("fcvm.linux..")
        .should()
        .dependOnClassesThat(
            have(
                com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching(
                    "java\\.lang\\.foreign\\.(Linker|SymbolLookup|FunctionDescriptor).*")))
        .check(HOUSE);
  }

  @Test
  void theGuestsAgentNeedsOnlyTheJdk() {
    classes()
        .that()
        .resideInAnyPackage("fcvm.agent..", "fcvm.linux..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("fcvm.agent..", "fcvm.linux..", "java..", "org.jspecify..")
        .check(HOUSE);
  }

  @Test
  void thereIsNoStaticState() {
    fields()
        .that(
            are(
                com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier(
                    JavaModifier.STATIC)))
        .should()
        .beFinal()
        .check(HOUSE);
  }

  @Test
  void namesAreTheFieldsOwn() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .check(HOUSE);
  }

  @Test
  void assemblyIsVisible() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.ServiceLoader")
        .check(HOUSE);
  }

  @Test
  void aFileIsOneNounAndCanBeReadInOneGo() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path source : sources()) {
      long lines = Files.readAllLines(source).size();
      if (lines > FILE_LINES_MAX) {
        tooLong.add(ROOT.relativize(source) + ": " + lines + " lines");
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void everyPackageHasATour() throws IOException {
    List<String> without = new ArrayList<>();
    for (Path source : sources()) {
      Path dir = source.getParent();
      boolean module = source.endsWith("module-info.java");
      if (!module && Files.notExists(dir.resolve("package-info.java"))) {
        without.add(ROOT.relativize(dir).toString());
      }
    }
    assertThat(without).isEmpty();
  }

  @Test
  void everyRestrictedCallSaysWhyItIsSafe() throws IOException {
    Pattern restricted = Pattern.compile("\\.reinterpret\\(|downcallHandle\\(|upcallStub\\(");
    List<String> silent = new ArrayList<>();
    for (Path source : sources()) {
      String text = Files.readString(source);
      long calls = restricted.matcher(text).results().count();
      long reasons = Pattern.compile("// SAFETY:").matcher(text).results().count();
      if (calls > reasons) {
        silent.add(ROOT.relativize(source) + ": " + calls + " calls, " + reasons + " reasons");
      }
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void unfinishedWorkNamesItsIssue() throws IOException {
    Pattern unnamed = Pattern.compile("\\b(TODO|FIXME|XXX)\\b(?!\\(#\\d+\\))");
    List<String> found = new ArrayList<>();
    for (Path source : sources()) {
      if (unnamed.matcher(Files.readString(source)).find()) {
        found.add(ROOT.relativize(source).toString());
      }
    }
    assertThat(found).isEmpty();
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : MAY_USE.keySet()) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    assertThat(sources).hasSizeGreaterThan(50);
    return sources;
  }
}
