package fcvm.machine;

import fcvm.linux.FileLock;
import java.io.IOException;
import java.nio.file.Files;

/// A slot that is this process's, alone or with others, as [SlotTable] tells.
///
/// Used by one thread.
final class HeldSlot implements AutoCloseable {
  /// How it is left.
  enum Leaving {
    /// Others go on using what is in it.
    OTHERS_STAY,
    /// Nobody else has it, nor gets it before it is closed: it is to be emptied.
    LAST,
    /// The machine that had it was stopped; its number may mean another machine's by now.
    VOID
  }

  private final SlotTable table;
  private final Slot slot;
  private final FileLock lock;
  private final boolean isToBeFilled;

  HeldSlot(SlotTable table, Slot slot, FileLock lock, boolean isToBeFilled) {
    this.table = table;
    this.slot = slot;
    this.lock = lock;
    this.isToBeFilled = isToBeFilled;
  }

  Slot slot() {
    return slot;
  }

  /// Whether the directory was not there: then it is plugged in by this process, which has the slot
  /// alone until [#share].
  boolean isToBeFilled() {
    return isToBeFilled;
  }

  /// The directory is there: now others may use it too.
  ///
  /// @throws MachineException if the machine was stopped meanwhile
  void share() throws IOException {
    try (FileLock _ = table.gate()) {
      if (lock.isOfRemovedFile()) {
        throw new MachineException("the machine was stopped");
      }
      if (!lock.makeShared()) {
        throw new AssertionError(slot.id() + " was taken without the gate");
      }
    }
  }

  /// Before [#close]: finds out what is to be done with the slot. Cannot be interrupted: nobody has
  /// the gate for long.
  Leaving leave() throws IOException {
    try (FileLock _ = FileLock.exclusive(table.paths().slotGate().toString())) {
      if (lock.isOfRemovedFile()) {
        return Leaving.VOID;
      }
      if (!lock.makeExclusive()) {
        return Leaving.OTHERS_STAY;
      }
      Files.deleteIfExists(table.paths().slotRecord(slot));
      return Leaving.LAST;
    }
  }

  @Override
  public void close() {
    lock.close();
  }
}
