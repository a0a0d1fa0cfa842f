package fcvm.vmm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/// A serial port that Linux accepts as a 16550A (National Semiconductor PC16550D).
///
/// The transmitter is always empty. The receiver has a queue behind it that is larger than the
/// chip's 16 bytes; it shows data only while the driver has the receive interrupt enabled, because
/// drivers empty the receiver while they probe and open the port, and input that was typed or piped
/// before that would be lost.
///
/// The interrupt is level-triggered: pending transmitter-empty with IER bit 1, or received data
/// with IER bit 0. It must fall as soon as its cause is gone: a line left high is an interrupt
/// storm.
///
/// Registers are used on vCPU threads, input comes from any thread; the monitor guards all state.
public final class Uart implements BusDevice {
  /// The size of its register window.
  public static final int SIZE = 8;

  /// Input bytes that wait for the guest; whoever brings more waits.
  private static final int QUEUE = 4096;

  // Registers by offset. The first two are the divisor latch while LCR.DLAB is set.
  private static final int DATA = 0;
  private static final int IER = 1;
  private static final int IIR_FCR = 2;
  private static final int LCR = 3;
  private static final int MCR = 4;
  private static final int LSR = 5;
  private static final int MSR = 6;
  private static final int SCR = 7;

  private static final int IER_RECEIVED = 0x01;
  private static final int IER_TRANSMITTER_EMPTY = 0x02;
  private static final int IER_MASK = 0x0f;

  private static final int IIR_NONE = 0x01;
  private static final int IIR_TRANSMITTER_EMPTY = 0x02;
  private static final int IIR_RECEIVED = 0x04;
  private static final int IIR_FIFO = 0xc0;

  private static final int FCR_ENABLE = 0x01;
  private static final int LCR_DLAB = 0x80;
  private static final int MCR_LOOP = 0x10;
  private static final int LSR_DATA_READY = 0x01;
  private static final int LSR_TRANSMITTER_EMPTY = 0x60;
  private static final int MSR_CTS_DSR_DCD = 0xb0;

  private final InterruptLine interrupt;
  private final OutputStream output;
  private final ArrayDeque<Byte> input = new ArrayDeque<>();
  private int divisor = 1;
  private int ier;
  private int lcr = 0x03;
  private int mcr;
  private int scratch;
  private boolean fifo;
  private boolean transmitterEmpty;
  private boolean high;
  private boolean closed;

  /// @param output takes each byte that the guest sends; a failure there is the guest's loss
  public Uart(InterruptLine interrupt, OutputStream output) {
    this.interrupt = interrupt;
    this.output = output;
  }

  /// Brings bytes to the guest. Waits while the guest does not take them, until [#close].
  public synchronized void input(byte[] bytes) throws InterruptedException {
    for (byte b : bytes) {
      while (input.size() >= QUEUE && !closed) {
        wait();
      }
      if (closed) {
        return;
      }
      input.add(b);
      updateInterrupt();
    }
  }

  /// Lets everyone go who waits to bring input: the guest will not take it any more.
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  @Override
  public synchronized void read(long offset, MemorySegment data) {
    data.fill((byte) 0);
    data.set(JAVA_BYTE, 0, (byte) register((int) offset));
    updateInterrupt();
  }

  private int register(int offset) {
    boolean latch = (lcr & LCR_DLAB) != 0;
    return switch (offset) {
      case DATA -> latch ? divisor : receive();
      case IER -> latch ? divisor >> 8 : ier;
      case IIR_FCR -> interruptIdentity();
      case LCR -> lcr;
      case MCR -> mcr;
      case LSR -> LSR_TRANSMITTER_EMPTY | (received() ? LSR_DATA_READY : 0);
      case MSR -> modemStatus();
      case SCR -> scratch;
      default -> 0xff;
    };
  }

  @Override
  public synchronized void write(long offset, MemorySegment data) {
    int value = data.get(JAVA_BYTE, 0) & 0xff;
    boolean latch = (lcr & LCR_DLAB) != 0;
    switch ((int) offset) {
      case DATA -> {
        if (latch) {
          divisor = (divisor & 0xff00) | value;
        } else {
          transmit(value);
        }
      }
      case IER -> {
        if (latch) {
          divisor = (divisor & 0xff) | (value << 8);
        } else {
          enableInterrupts(value & IER_MASK);
        }
      }
      case IIR_FCR -> fifo = (value & FCR_ENABLE) != 0;
      case LCR -> lcr = value;
      case MCR -> mcr = value;
      case SCR -> scratch = value;
      default -> {} // LSR and MSR are read-only
    }
    updateInterrupt();
  }

  private boolean received() {
    return (ier & IER_RECEIVED) != 0 && !input.isEmpty();
  }

  private int receive() {
    if (!received()) {
      return 0;
    }
    notifyAll(); // room for who waits in input()
    return input.remove() & 0xff;
  }

  private void transmit(int value) {
    if ((mcr & MCR_LOOP) == 0) {
      try {
        output.write(value);
      } catch (IOException _) {
        // A terminal that is gone must not stop the guest: a real cable that is pulled does not.
      }
    }
    transmitterEmpty = true;
  }

  private void enableInterrupts(int value) {
    // Enabling the interrupt while the transmitter is empty raises it: drivers start sending so.
    if ((value & ~ier & IER_TRANSMITTER_EMPTY) != 0) {
      transmitterEmpty = true;
    }
    ier = value;
  }

  private int interruptIdentity() {
    int identity = IIR_NONE;
    if (received()) {
      identity = IIR_RECEIVED;
    } else if (transmitterEmpty && (ier & IER_TRANSMITTER_EMPTY) != 0) {
      identity = IIR_TRANSMITTER_EMPTY;
      transmitterEmpty = false; // reading the identity acknowledges this one
    }
    return identity | (fifo ? IIR_FIFO : 0);
  }

  /// In loopback the modem outputs come back as inputs: RTS→CTS, DTR→DSR, OUT1→RI, OUT2→DCD.
  private int modemStatus() {
    if ((mcr & MCR_LOOP) == 0) {
      return MSR_CTS_DSR_DCD;
    }
    return ((mcr & 0x02) << 3) | ((mcr & 0x01) << 5) | ((mcr & 0x04) << 4) | ((mcr & 0x08) << 4);
  }

  private void updateInterrupt() {
    boolean now = received() || (transmitterEmpty && (ier & IER_TRANSMITTER_EMPTY) != 0);
    if (now != high) {
      high = now;
      interrupt.level(now);
    }
  }
}
