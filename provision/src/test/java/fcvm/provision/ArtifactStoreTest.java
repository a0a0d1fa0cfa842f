package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.FileLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreTest {
  private static final Artifact ARTIFACT = new Artifact("thing", "0123456789ab", ".x", "thing", 1);

  @TempDir Path dir;

  private ArtifactStore store() {
    return new ArtifactStore(dir, Progress.SILENT);
  }

  @Test
  void buildsOnceAndFindsAgain() throws Exception {
    Path built = store().get(ARTIFACT, (path, step) -> Files.writeString(path, "one"));
    Path found =
        store()
            .get(
                ARTIFACT,
                (path, step) -> {
                  throw new AssertionError("built again");
                });
    assertThat(built).isEqualTo(found).hasContent("one").hasFileName("thing-0123456789ab.x");
  }

  @Test
  void ofManyThatAskAtOnceOneBuilds() throws Exception {
    AtomicInteger builds = new AtomicInteger();
    List<Callable<Path>> askers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      askers.add(() ->
          store()
              .get(
                  ARTIFACT,
                  (path, step) -> {
                    builds.incrementAndGet();
                    Files.createDirectory(path);
                    Files.writeString(path.resolve("file"), "content");
                  }));
    }
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (Future<Path> answer : threads.invokeAll(askers)) {
        assertThat(answer.get().resolve("file")).hasContent("content");
      }
    }
    assertThat(builds).hasValue(1);
  }

  @Test
  void ofTwoProcessesOneWaitsForTheOther() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin/java");
    // The other process appends its number to a file that only one build may write.
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(
          new ProcessBuilder(
                  java.toString(),
                  "-cp",
                  classPath(),
                  "--enable-native-access=ALL-UNNAMED",
                  Builder.class.getName(),
                  dir.toString())
              .redirectErrorStream(true)
              .start());
    }
    for (Process process : processes) {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
    }
    assertThat(dir.resolve("builds")).hasContent("x");
    assertThat(dir.resolve(ARTIFACT.name())).hasContent("done");
  }

  private static String classPath() throws Exception {
    List<String> path = new ArrayList<>();
    for (Class<?> type : List.of(Builder.class, ArtifactStore.class, FileLock.class)) {
      path.add(
          Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    // Under the module path tests are patched into the module, and lie beside its classes.
    path.add(Path.of(path.getFirst()).resolveSibling("test-classes").toString());
    return String.join(":", path);
  }

  /// The other process.
  static final class Builder {
    private Builder() {}

    public static void main(String[] args) throws IOException {
      Path dir = Path.of(args[0]);
      new ArtifactStore(dir, Progress.SILENT)
          .get(
              ARTIFACT,
              (path, step) -> {
                Files.writeString(
                    dir.resolve("builds"),
                    "x",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
                Files.writeString(path, "done");
              });
    }
  }

  @Test
  void aFailedBuildLeavesNothing() throws Exception {
    assertThatThrownBy(() ->
            store()
                .get(
                    ARTIFACT,
                    (path, step) -> {
                      Files.createDirectory(path);
                      Files.writeString(path.resolve("half"), "half");
                      throw new IOException("broken mirror");
                    }))
        .hasMessage("broken mirror");
    assertThat(files()).containsExactly("locks");
    assertThat(store().get(ARTIFACT, (path, step) -> Files.writeString(path, "whole")))
        .hasContent("whole");
  }

  @Test
  void whatDeadBuildersLeftIsSweptAndWhatLiveOnesBuildIsNot() throws Exception {
    Path dead = Files.createDirectories(dir.resolve(".tmp-dead-0123456789ab/sub"));
    Files.writeString(dead.resolve("file"), "x");
    Files.createDirectories(dir.resolve(".tmp-dead-0123456789ab~/sub"));
    Files.writeString(dir.resolve(".tmp-live-0123456789ab"), "x");
    Files.createDirectories(dir.resolve(".tmp-live-0123456789ab~/sub"));
    Files.createDirectory(dir.resolve("locks"));
    try (FileLock live = FileLock.exclusive(dir.resolve("locks/live-0123456789ab").toString())) {
      assertThat(live).isNotNull();
      store().get(ARTIFACT, (path, step) -> Files.writeString(path, "one"));
    }
    assertThat(files())
        .containsExactlyInAnyOrder(
            "locks", ".tmp-live-0123456789ab", ".tmp-live-0123456789ab~", ARTIFACT.name());
  }

  @Test
  void theScratchDirectoryGoesWhetherTheBuildSucceedsOrNot() throws Exception {
    ArtifactStore.Build build =
        (path, step) -> {
          Path scratch = Files.createDirectory(ArtifactStore.scratch(path));
          Files.move(Files.writeString(scratch.resolve("result"), "one"), path);
        };
    assertThatThrownBy(() ->
            store()
                .get(
                    ARTIFACT,
                    (path, step) -> {
                      build.build(path, step);
                      throw new IOException("failed");
                    }))
        .hasMessage("failed");
    assertThat(files()).containsExactly("locks");
    assertThat(store().get(ARTIFACT, build)).hasContent("one");
    assertThat(files()).containsExactlyInAnyOrder("locks", ARTIFACT.name());
  }

  @Test
  void keepsTheNewestFewOfAKindAndAllOfOthers() throws Exception {
    for (int i = 0; i < 6; i++) {
      Artifact artifact = new Artifact("thing", "%012x".formatted(i), ".x", "thing", 1);
      Path built = store().get(artifact, (path, step) -> Files.writeString(path, "x"));
      Files.setLastModifiedTime(built, FileTime.fromMillis(1000L * i));
      Files.writeString(dir.resolve(artifact.name() + ".log"), "x");
    }
    Files.writeString(dir.resolve("thing-other-000000000000.x"), "x");
    store().get(ARTIFACT, (path, step) -> Files.writeString(path, "x"));
    assertThat(files())
        .containsExactlyInAnyOrder(
            "locks",
            "thing-000000000004.x",
            "thing-000000000004.x.log",
            "thing-000000000005.x",
            "thing-000000000005.x.log",
            "thing-other-000000000000.x",
            ARTIFACT.name());
  }

  @Test
  void noRoomIsSaidWithTheDirectoryAndTheBytes() throws Exception {
    Artifact huge = new Artifact("huge", "0123456789ab", "", "huge thing", Long.MAX_VALUE / 2);
    assertThatThrownBy(() -> store().get(huge, (path, step) -> Files.writeString(path, "")))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining(dir.toString())
        .hasMessageContaining("huge thing")
        .hasMessageContaining(Long.MAX_VALUE / 2 / Artifact.MIB + " MiB")
        .hasMessageContaining("FCVM_DATA_DIR");
  }

  @Test
  void aDiskThatFillsUpIsSaidTheSameWay() {
    assertThatThrownBy(() ->
            store()
                .get(
                    ARTIFACT,
                    (path, step) -> {
                      throw new IOException("dpkg-deb: error: No space left on device");
                    }))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("the disk of " + dir + " is full");
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(dir)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
