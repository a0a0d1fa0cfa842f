package fcvm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The kernel releases the locks of a process that is killed: [HeldSlot#close] without
/// [HeldSlot#leave] does the same.
@Timeout(60)
class SlotTableTest {
  @TempDir Path dir;
  private MachinePaths paths;
  private SlotTable table;
  private SlotDirectory work;
  private SlotDirectory other;

  @BeforeEach
  void make() throws Exception {
    paths = new MachinePaths(dir.resolve("m"));
    paths.make();
    table = new SlotTable(paths);
    work = directory("work");
    other = directory("other");
  }

  private SlotDirectory directory(String name) throws Exception {
    return SlotDirectory.of(Files.createDirectories(dir.resolve(name)), false);
  }

  private HeldSlot filled(SlotDirectory directory) throws Exception {
    HeldSlot slot = table.take(directory);
    assertThat(slot.isToBeFilled()).isTrue();
    slot.share();
    return slot;
  }

  private static void leave(HeldSlot slot, HeldSlot.Leaving how) throws Exception {
    assertThat(slot.leave()).isEqualTo(how);
    slot.close();
  }

  // Tries to take it now, in another thread, as another process would.
  private CompletableFuture<HeldSlot> taking(SlotDirectory directory) {
    CompletableFuture<HeldSlot> taken = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            taken.complete(table.take(directory));
          } catch (Exception e) {
            taken.completeExceptionally(e);
          }
        });
    return taken;
  }

  @Test
  void theFirstFillsItTheLastEmptiesIt() throws Exception {
    HeldSlot one = filled(work);
    HeldSlot two = table.take(work);
    HeldSlot three = table.take(work);
    for (HeldSlot next : List.of(two, three)) {
      assertThat(next.isToBeFilled()).isFalse();
      assertThat(next.slot()).isEqualTo(one.slot());
    }
    leave(one, HeldSlot.Leaving.OTHERS_STAY);
    leave(three, HeldSlot.Leaving.OTHERS_STAY);
    leave(two, HeldSlot.Leaving.LAST);
    leave(filled(work), HeldSlot.Leaving.LAST);
  }

  @Test
  void whatIsAnotherDirectoryOrMappedOtherwiseHasAnotherSlot() throws Exception {
    SlotDirectory inside = directory("work/inside");
    SlotDirectory readOnly = SlotDirectory.of(work.path(), true);
    List<Slot> slots = new ArrayList<>();
    for (SlotDirectory directory : List.of(work, other, inside, readOnly)) {
      slots.add(filled(directory).slot());
    }
    assertThat(slots).doesNotHaveDuplicates();
  }

  @Test
  void whoeverComesWhileItIsFilledWaits() throws Exception {
    HeldSlot one = table.take(work);
    CompletableFuture<HeldSlot> two = taking(work);
    Thread.sleep(200);
    assertThat(two).isNotDone();
    assertThat(filled(other).slot()).as("others need not wait").isNotEqualTo(one.slot());
    one.share();
    assertThat(two.get().slot()).isEqualTo(one.slot());
    assertThat(two.get().isToBeFilled()).isFalse();
  }

  @Test
  void whoeverWaitedFillsItAfterTheFirstFailedOrWasKilled() throws Exception {
    for (boolean isKilled : List.of(false, true)) {
      HeldSlot one = table.take(work);
      CompletableFuture<HeldSlot> two = taking(work);
      Thread.sleep(100);
      assertThat(two).isNotDone();
      if (isKilled) {
        one.close();
      } else {
        leave(one, HeldSlot.Leaving.LAST);
      }
      assertThat(two.get().isToBeFilled()).isTrue();
      leave(two.get(), HeldSlot.Leaving.LAST);
    }
  }

  @Test
  void waitingCanBeInterrupted() throws Exception {
    try (HeldSlot _ = table.take(work)) {
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread waiting =
          Thread.ofPlatform()
              .start(() -> {
                assertThatThrownBy(() -> table.take(work)).isInstanceOf(MachineException.class);
                interrupted.complete(Thread.currentThread().isInterrupted());
              });
      Thread.sleep(100);
      waiting.interrupt();
      assertThat(interrupted.get()).isTrue();
    }
  }

  @Test
  void leavingCannotBeInterrupted() throws Exception {
    HeldSlot slot = filled(work);
    Thread.currentThread().interrupt();
    HeldSlot.Leaving leaving = slot.leave();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(leaving).isEqualTo(HeldSlot.Leaving.LAST);
  }

  @Test
  void oneThatIsBeingEmptiedIsNobodyElses() throws Exception {
    HeldSlot one = filled(work);
    assertThat(one.leave()).isEqualTo(HeldSlot.Leaving.LAST);
    HeldSlot two = filled(work);
    assertThat(two.slot()).isNotEqualTo(one.slot());
    one.close();
    assertThat(table.take(work).slot()).isEqualTo(two.slot());
    assertThat(filled(other).slot()).isEqualTo(one.slot());
  }

  @Test
  void whatTheKilledSharedGoesOn() throws Exception {
    HeldSlot killed = filled(work);
    HeldSlot two = table.take(work);
    killed.close();
    HeldSlot three = table.take(work);
    assertThat(three.slot()).isEqualTo(two.slot());
    leave(two, HeldSlot.Leaving.OTHERS_STAY);
    leave(three, HeldSlot.Leaving.LAST);
  }

  @Test
  void whatTheKilledHadAloneIsFilledAnew() throws Exception {
    HeldSlot first = filled(other);
    HeldSlot killed = filled(work);
    Slot left = killed.slot();
    killed.close();
    leave(first, HeldSlot.Leaving.LAST);
    HeldSlot now = filled(work);
    assertThat(now.slot()).isNotEqualTo(left);
    assertThat(table.take(work).slot()).as("not what was left").isEqualTo(now.slot());
    assertThat(filled(other).slot()).isEqualTo(left);
  }

  @Test
  void oneProcessWasKilledWhileItEmptiedASlot() throws Exception {
    HeldSlot killed = filled(work);
    assertThat(killed.leave()).isEqualTo(HeldSlot.Leaving.LAST);
    killed.close();
    leave(filled(work), HeldSlot.Leaving.LAST);
  }

  @Test
  void whenAllAreTakenTheirDirectoriesCanStillBeHad() throws Exception {
    for (int i = 1; i <= Slot.COUNT; i++) {
      assertThat(filled(directory("d" + i)).slot()).isEqualTo(new Slot(i));
    }
    assertThatThrownBy(() -> table.take(work))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("in use");
    assertThat(table.take(directory("d7")).slot()).isEqualTo(new Slot(7));
  }

  @Test
  void aStoppedMachineTakesAllWithIt() throws Exception {
    HeldSlot filling = table.take(other);
    HeldSlot old = filled(work);
    removeRun();
    assertThatThrownBy(() -> table.take(work))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("stopped");
    paths.make();
    HeldSlot now = filled(work);
    assertThat(now.slot()).isEqualTo(filling.slot());
    assertThatThrownBy(filling::share).isInstanceOf(MachineException.class);
    leave(filling, HeldSlot.Leaving.VOID);
    leave(old, HeldSlot.Leaving.VOID);
    assertThat(table.take(work).slot()).isEqualTo(now.slot());
  }

  private void removeRun() throws Exception {
    try (var files = Files.list(paths.run())) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(paths.run());
  }

  @Test
  void theGateStaysWhenTheMachineGoes() throws Exception {
    table.take(work).close();
    assertThat(paths.slotGate()).exists();
    assertThat(paths.slotGate().startsWith(paths.directory())).isFalse();
  }
}
