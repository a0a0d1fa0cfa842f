package fcvm.machine;

import fcvm.linux.FileLock;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;

/// What the machine's slots are used for, known to all processes by files. Those who want one
/// directory in one way share its slot, because locks hold only inside one file system.
///
/// A slot's lock and its record, a [SlotDirectory], say together what is in it:
///
/// | lock | record | |
/// |---|---|---|
/// | free | perhaps | nothing, or what killed processes left |
/// | exclusive | yes | the directory is being plugged in |
/// | shared | yes | the directory is there, for each who has the lock |
/// | exclusive | no | it is being emptied |
///
/// Locks are taken and records written only by who has the gate, a lock held for milliseconds; what
/// takes longer is done under the slot's exclusive lock alone. The kernel releases the locks of the
/// killed. Whoever stops the machine removes the files, so what was said of it is void.
record SlotTable(MachinePaths paths) {
  private static final Duration NAP = Duration.ofMillis(50);

  /// Takes the slot that has a directory, or else a free one, to be filled. Waits while another
  /// fills one with it: that may fail, or be killed.
  ///
  /// @throws MachineException if all are in use for other directories
  HeldSlot take(SlotDirectory directory) throws IOException {
    while (true) {
      try (FileLock _ = gate()) {
        if (!Files.isDirectory(paths.run())) {
          throw new MachineException("the machine was stopped");
        }
        Optional<HeldSlot> held = find(directory);
        if (held.isPresent()) {
          return held.get();
        }
      }
      nap();
    }
  }

  // Empty while another process fills a slot with the directory.
  private Optional<HeldSlot> find(SlotDirectory directory) throws IOException {
    for (Slot slot : Slot.all()) {
      if (isRecordedIn(slot, directory)) {
        FileLock lock = FileLock.tryShared(paths.slotLock(slot).toString());
        if (lock == null) {
          return Optional.empty();
        }
        if (isInUse(lock)) {
          return Optional.of(new HeldSlot(this, slot, lock, false));
        }
      }
    }
    return Optional.of(takeFree(directory));
  }

  private boolean isRecordedIn(Slot slot, SlotDirectory directory) throws IOException {
    Optional<SlotDirectory> recorded = SlotDirectory.read(paths.slotRecord(slot));
    return recorded.isPresent() && recorded.get().isSameAs(directory);
  }

  // Whether others share a lock; it is closed if nobody does.
  private static boolean isInUse(FileLock lock) throws IOException {
    if (lock.makeExclusive()) {
      lock.close();
      return false;
    }
    if (!lock.makeShared()) {
      throw new AssertionError("a slot was taken without the gate");
    }
    return true;
  }

  private HeldSlot takeFree(SlotDirectory directory) throws IOException {
    for (Slot slot : Slot.all()) {
      FileLock lock = FileLock.tryExclusive(paths.slotLock(slot).toString());
      if (lock != null) {
        try {
          directory.write(paths.slotRecord(slot));
        } catch (IOException e) {
          lock.close();
          throw e;
        }
        return new HeldSlot(this, slot, lock, true);
      }
    }
    throw new MachineException(
        "all " + Slot.COUNT + " slots of the machine for volumes are in use: end another run");
  }

  /// Waits for the gate.
  FileLock gate() throws IOException {
    try {
      return FileLock.await(paths.slotGate().toString());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static void nap() throws MachineException {
    try {
      Thread.sleep(NAP);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static MachineException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new MachineException("interrupted while another fcvm gives the machine a directory", e);
  }
}
