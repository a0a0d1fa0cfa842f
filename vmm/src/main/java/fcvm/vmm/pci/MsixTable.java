package fcvm.vmm.pci;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import fcvm.linux.LinuxException;
import fcvm.virtio.InterruptMessages;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// A function's message-signalled interrupts, MSI-X (PCI Local Bus 3.0, 6.8.2): a table of
/// addresses and data in the function's memory, which its driver fills in, and an array of bits for
/// messages that wait because the driver masked them.
final class MsixTable implements InterruptMessages {
  /// The most vectors for which there is room in [#SIZE].
  static final int MAX = 256;

  /// Bytes of table, and of the array of pending bits.
  static final int SIZE = 0x1000;

  /// Bits of the message control.
  static final int ENABLE = 1 << 15;

  static final int FUNCTION_MASK = 1 << 14;

  private static final System.Logger LOG = System.getLogger(MsixTable.class.getName());

  private static final int ENTRY_SIZE = 16;
  private static final int ADDRESS = 0;
  private static final int ADDRESS_HIGH = 4;
  private static final int DATA = 8;
  private static final int CONTROL = 12;
  private static final int MASKED = 1;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  /// A message that a vector stands for. Not called by two threads at a time.
  interface Message {
    void set(long address, int data);

    /// @throws LinuxException if it goes nowhere
    void send() throws LinuxException;
  }

  private final MemorySegment table;
  private final List<Vector> vectors;
  private int control;
  private volatile boolean hasLoggedRefusal;

  /// All masked, as after a reset.
  ///
  /// @param messages one for each vector, 1 to [#MAX]
  MsixTable(List<Message> messages) {
    this.table = MemorySegment.ofArray(new byte[messages.size() * ENTRY_SIZE]);
    this.vectors = messages.stream().map(Vector::new).toList();
    for (int vector = 0; vector < count(); vector++) {
      table.set(INT, (long) vector * ENTRY_SIZE + CONTROL, MASKED);
    }
  }

  /// One vector, of which no message is sent once its driver has seen that it is masked.
  private final class Vector {
    private final Message message;
    private boolean isEnabled;
    private boolean isMasked = true;
    private boolean isPending;

    Vector(Message message) {
      this.message = message;
    }

    synchronized void send() {
      if (isMasked) {
        isPending |= isEnabled;
      } else if (isEnabled) {
        deliver();
      }
    }

    synchronized void update(long address, int data, boolean enabled, boolean masked) {
      message.set(address, data);
      isEnabled = enabled;
      isMasked = masked;
      if (isPending && isEnabled && !isMasked) {
        isPending = false;
        deliver();
      }
    }

    synchronized boolean isPending() {
      return isPending;
    }

    // Where a message goes is the driver's choice, which KVM may refuse.
    private void deliver() {
      try {
        message.send();
      } catch (LinuxException e) {
        logRefusal(e);
      }
    }
  }

  private void logRefusal(LinuxException e) {
    if (!hasLoggedRefusal) {
      hasLoggedRefusal = true;
      LOG.log(Level.WARNING, "a message of the guest''s goes nowhere: {0}", e.getMessage());
    }
  }

  @Override
  public int count() {
    return vectors.size();
  }

  @Override
  public void send(int vector) {
    vectors.get(vector).send();
  }

  /// A driver wrote the message control.
  synchronized void control(int value) {
    control = value;
    for (int vector = 0; vector < count(); vector++) {
      update(vector);
    }
  }

  private void update(int vector) {
    long entry = (long) vector * ENTRY_SIZE;
    long address =
        Integer.toUnsignedLong(table.get(INT, entry + ADDRESS))
            | (long) table.get(INT, entry + ADDRESS_HIGH) << 32;
    boolean isMasked =
        (control & FUNCTION_MASK) != 0 || (table.get(INT, entry + CONTROL) & MASKED) != 0;
    vectors
        .get(vector)
        .update(address, table.get(INT, entry + DATA), (control & ENABLE) != 0, isMasked);
  }

  /// A driver reads the table; what is past its end reads as zero.
  synchronized void read(long offset, MemorySegment data) {
    copy(table, offset, data);
  }

  /// A driver reads the pending bits.
  void readPending(long offset, MemorySegment data) {
    MemorySegment bits = MemorySegment.ofArray(new byte[MAX / Byte.SIZE]);
    for (int vector = 0; vector < count(); vector++) {
      if (vectors.get(vector).isPending()) {
        int at = vector / Byte.SIZE;
        byte old = bits.get(ValueLayout.JAVA_BYTE, at);
        bits.set(ValueLayout.JAVA_BYTE, at, (byte) (old | 1 << vector % Byte.SIZE));
      }
    }
    copy(bits, offset, data);
  }

  private static void copy(MemorySegment from, long offset, MemorySegment data) {
    data.fill((byte) 0);
    if (offset + data.byteSize() <= from.byteSize()) {
      MemorySegment.copy(from, offset, data, 0, data.byteSize());
    }
  }

  /// A driver writes to the table: 4 or 8 bytes, aligned (6.8.2).
  synchronized void write(long offset, MemorySegment data) {
    long size = data.byteSize();
    boolean isWord = size == Integer.BYTES || size == Long.BYTES;
    if (!isWord || offset % size != 0 || offset + size > table.byteSize()) {
      return;
    }
    MemorySegment.copy(data, 0, table, offset, size);
    update((int) (offset / ENTRY_SIZE));
  }
}
