package fcvm.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.container.VmRecord.Status;
import fcvm.container.life.RestartPolicy;
import fcvm.container.life.Terms;
import fcvm.linux.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmStoreTest {
  @TempDir Path dir;
  private Path state;
  private Path runtime;
  private final List<String> warnings = new ArrayList<>();
  private VmStore store;

  @BeforeEach
  void makeStore() {
    state = dir.resolve("state");
    runtime = dir.resolve("run");
    store = new VmStore(state, runtime, warnings::add);
  }

  private VmFiles create(String name) throws Exception {
    return store.create(Optional.of(name), "localhost/busybox", 2, 1024);
  }

  @Test
  void aRecordLivesUntilItsFilesAreClosed() throws Exception {
    assertThat(store.list()).isEmpty();
    assertThat(state).doesNotExist();
    try (VmFiles vm = create("web")) {
      Files.writeString(vm.disk(), "x");
      Files.writeString(vm.record().vsock(), "");
      vm.status(Status.RUNNING);
      assertThat(store.list()).containsExactly(vm.record());
      assertThat(store.find("web").getFirst().status()).isEqualTo(Status.RUNNING);
      assertThat(store.find(vm.record().id().substring(0, 5))).hasSize(1);
    }
    assertThat(store.list()).isEmpty();
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void onlyTheOwnerMayReadIt() throws Exception {
    try (VmFiles vm = create("web")) {
      assertThat(permissions(state.resolve(vm.record().id() + ".json"))).isEqualTo("rw-------");
      assertThat(permissions(vm.disk().getParent())).isEqualTo("rwx------");
      assertThat(permissions(vm.record().vsock().getParent())).isEqualTo("rwx------");
    }
  }

  @Test
  void aNameIsUsedOnce() throws Exception {
    try (VmFiles vm = create("web")) {
      assertThatThrownBy(() -> create("web"))
          .isInstanceOf(ContainerException.class)
          .hasMessageContaining("\"web\" is already in use by VM " + vm.record().id());
    }
    create("web").close();
  }

  @Test
  void ofManyThatWantANameAtOnceOneGetsIt() throws Exception {
    List<Callable<Boolean>> wishes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      wishes.add(() -> {
        try {
          create("web"); // not closed: it stays
          return true;
        } catch (ContainerException e) {
          return false;
        }
      });
    }
    int got = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> wish : threads.invokeAll(wishes)) {
        got += wish.get() ? 1 : 0;
      }
    }
    assertThat(got).isEqualTo(1);
    assertThat(store.list()).hasSize(1);
  }

  @Test
  void namesAreGivenToThoseWithout() throws Exception {
    try (VmFiles one = store.create(Optional.empty(), "i", 1, 512);
        VmFiles two = store.create(Optional.empty(), "i", 1, 512)) {
      assertThat(one.record().name()).matches("[a-z]+_[a-z]+").isNotEqualTo(two.record().name());
    }
  }

  @Test
  void whatAKilledProcessLeftIsSwept() throws Exception {
    VmRecord dead = crashed(Integer.MAX_VALUE, 1);
    Files.writeString(state.resolve(dead.id() + ".json.tmp"), "{");
    assertThat(store.list()).isEmpty();
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void ofADetachedOneTheRecordAndTheDiskStayWhenItsSupervisorIsKilled() throws Exception {
    Terms terms = Terms.of(true, false, RestartPolicy.NO, Map.of("a", "b"));
    VmFiles vm = store.create(Optional.of("web"), "img", 1, 512, terms);
    vm.status(Status.RUNNING, life -> life.begun(Instant.EPOCH));
    Files.writeString(vm.disk(), "disk");
    ProcessIdentity gone = new ProcessIdentity(Integer.MAX_VALUE, 1, vm.record().process().boot());
    store.update(vm.record(), record -> record.in(gone));
    assertThat(store.list()).isEmpty();
    VmRecord exited = store.find("web").getFirst();
    assertThat(exited.status()).isEqualTo(Status.EXITED);
    assertThat(exited.life().exitCode()).isEmpty();
    assertThat(exited.life().why()).contains("supervisor").contains("was killed");
    assertThat(exited.life().terms().labels()).containsExactly(Map.entry("a", "b"));
    assertThat(vm.disk()).exists();
    assertThat(store.all()).containsExactly(exited); // what was found is found again
    store.revive(exited.id()).close();
    assertThat(store.find("web").getFirst().process()).isEqualTo(ProcessIdentity.current());
  }

  @Test
  void anotherBootIsSaid() throws Exception {
    Terms terms = Terms.of(true, false, RestartPolicy.NO, Map.of());
    VmFiles vm = store.create(Optional.of("web"), "img", 1, 512, terms);
    vm.status(Status.RUNNING, life -> life.begun(Instant.EPOCH));
    ProcessIdentity self = ProcessIdentity.current();
    store.update(
        vm.record(), record -> record.in(new ProcessIdentity(self.pid(), self.start(), "another")));
    assertThat(store.all().getFirst().life().why()).isEqualTo("the computer was restarted");
  }

  @Test
  void aProcessWithTheSameNumberIsNotTheSame() throws Exception {
    ProcessIdentity self = ProcessIdentity.current();
    crashed(self.pid(), self.start() + 1);
    assertThat(store.list()).isEmpty();
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aDirectoryWithoutARecordIsSwept() throws Exception {
    Files.createDirectories(state.resolve("0123456789ab"));
    Files.createDirectories(runtime.resolve("0123456789ab"));
    Files.createDirectories(runtime.resolve("not-ours"));
    assertThat(store.list()).isEmpty();
    assertThat(state.resolve("0123456789ab")).doesNotExist();
    assertThat(runtime.resolve("0123456789ab")).doesNotExist();
    assertThat(runtime.resolve("not-ours")).exists();
  }

  @Test
  void aBrokenRecordIsPutAsideWithAWarning() throws Exception {
    Files.createDirectories(state);
    for (String text : List.of("", "{\"id\":", "[]", "{\"id\":\"1\"}", "null")) {
      Path file = state.resolve("0123456789ab.json");
      Files.writeString(file, text);
      warnings.clear();
      assertThat(store.list()).isEmpty();
      assertThat(file).doesNotExist();
      assertThat(state.resolve("0123456789ab.json.broken")).hasContent(text);
      assertThat(warnings).hasSize(1).first().asString().contains("0123456789ab.json.broken");
    }
  }

  /// Perhaps its VM lives: nothing of it goes before somebody has looked.
  @Test
  void whatBelongsToABrokenRecordStaysUntilThatIsRemoved() throws Exception {
    try (VmFiles vm = create("web")) {
      Files.writeString(vm.disk(), "precious");
      String id = vm.record().id();
      Files.writeString(state.resolve(id + ".json"), "{");
      assertThat(store.list()).isEmpty();
      assertThat(store.list()).isEmpty();
      assertThat(vm.disk()).hasContent("precious");
      assertThat(vm.record().vsock().getParent()).isDirectory();
      Files.delete(state.resolve(id + ".json.broken"));
      assertThat(store.list()).isEmpty();
      assertThat(vm.disk()).doesNotExist();
      assertThat(vm.record().vsock().getParent()).doesNotExist();
    }
  }

  @Test
  void whatWasStartedAgainIsNotRemoved() throws Exception {
    try (VmFiles vm = create("web")) {
      assertThatThrownBy(() -> store.removeExited(vm.record()))
          .isInstanceOf(ContainerException.class)
          .hasMessageContaining("was started again");
      assertThat(store.find("web")).hasSize(1);
    }
  }

  @Test
  void aSymbolicLinkInADirectoryIsNotFollowed() throws Exception {
    Path outside = Files.writeString(dir.resolve("outside"), "precious");
    try (VmFiles vm = create("web")) {
      Files.createSymbolicLink(vm.disk(), outside);
    }
    assertThat(outside).hasContent("precious");
  }

  @Test
  void findsNothingForAnotherName() throws Exception {
    try (VmFiles _ = create("web")) {
      assertThat(store.find("db")).isEmpty();
      assertThat(store.find("")).isEmpty();
    }
  }

  @Test
  void namesFollowPodmansRule() {
    for (String name : List.of("", "-a", "a b", "a/b", "..", "x".repeat(64))) {
      assertThatThrownBy(() -> VmName.check(name)).isInstanceOf(ContainerException.class);
    }
  }

  private VmRecord crashed(int pid, long start) throws Exception {
    VmFiles vm = create("web");
    VmRecord mine = vm.record();
    VmRecord dead =
        new VmRecord(
            mine.id(),
            mine.name(),
            mine.image(),
            new ProcessIdentity(pid, start, mine.process().boot()),
            mine.created(),
            mine.status(),
            mine.cpus(),
            mine.memoryMib(),
            mine.vsock(),
            mine.life());
    store.update(dead, same -> same);
    Files.writeString(vm.disk(), "disk");
    Files.writeString(dead.vsock(), "");
    return dead;
  }

  private List<String> leftovers() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path place : List.of(state, runtime)) {
      try (Stream<Path> entries = Files.list(place)) {
        entries
            .map(entry -> entry.getFileName().toString())
            .filter(name -> !name.equals(".lock") && !name.equals("events"))
            .forEach(names::add);
      }
    }
    return names;
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
