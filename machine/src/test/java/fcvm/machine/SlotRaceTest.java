package fcvm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Many who come and go at once, and are killed at any moment: whoever has a slot finds its own
/// directory in it all the time, and all who have that directory have that slot.
class SlotRaceTest {
  private static final int RUNS = 6;
  private static final int ROUNDS = 40;

  @TempDir Path dir;
  private final Map<Slot, SlotDirectory> machine = new ConcurrentHashMap<>();
  private final Map<SlotDirectory, List<Slot>> users = new ConcurrentHashMap<>();
  private final AtomicInteger shared = new AtomicInteger();

  @Test
  @Timeout(120)
  void nobodyFindsOrLosesWhatIsNotItsOwn() throws Exception {
    MachinePaths paths = new MachinePaths(dir.resolve("m"));
    paths.make();
    SlotTable table = new SlotTable(paths);
    List<SlotDirectory> directories = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      directories.add(SlotDirectory.of(Files.createDirectory(dir.resolve(name)), false));
    }
    try (ExecutorService runs = Executors.newFixedThreadPool(RUNS)) {
      List<Future<?>> ends = new ArrayList<>();
      for (int run = 0; run < RUNS; run++) {
        Random random = new Random(run);
        Callable<Void> comesAndGoes =
            () -> {
              for (int round = 0; round < ROUNDS; round++) {
                use(table, directories.get(random.nextInt(directories.size())), random);
              }
              return null;
            };
        ends.add(runs.submit(comesAndGoes));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    }
    assertThat(shared).as("runs that met another").hasPositiveValue();
  }

  // As PluggedDirectory does; what is closed at once was killed.
  private void use(SlotTable table, SlotDirectory directory, Random random) throws Exception {
    try (HeldSlot held = table.take(directory)) {
      if (held.isToBeFilled()) {
        machine.remove(held.slot()); // what a killed one left
        pause(random);
        if (isKilled(random)) {
          return;
        }
        machine.put(held.slot(), directory);
        held.share();
      } else {
        shared.incrementAndGet();
      }
      come(directory, held.slot());
      pause(random);
      assertThat(machine.get(held.slot())).isSameAs(directory);
      go(directory, held.slot());
      if (isKilled(random)) {
        return;
      }
      if (held.leave() == HeldSlot.Leaving.LAST && !isKilled(random)) {
        pause(random);
        assertThat(machine.remove(held.slot())).isSameAs(directory);
      }
    }
  }

  private void come(SlotDirectory directory, Slot slot) {
    users.compute(
        directory,
        (_, others) -> {
          List<Slot> all = new ArrayList<>(others == null ? List.of() : others);
          all.add(slot);
          assertThat(all).containsOnly(slot);
          return all;
        });
  }

  private void go(SlotDirectory directory, Slot slot) {
    users.computeIfPresent(
        directory,
        (_, all) -> {
          all.remove(slot);
          return all;
        });
  }

  private static boolean isKilled(Random random) {
    return random.nextInt(8) == 0;
  }

  private static void pause(Random random) throws InterruptedException {
    Thread.sleep(random.nextInt(5));
  }
}
