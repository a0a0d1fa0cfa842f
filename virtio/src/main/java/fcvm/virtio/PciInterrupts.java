package fcvm.virtio;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/// The interrupts of a device on PCI: a message for each queue, and one for the configuration. Each
/// of a driver's processors can so have a queue whose interrupts are its own, and none of them has
/// to be acknowledged.
final class PciInterrupts implements Interrupts {
  /// The configuration, or the device status, changed: a bit of the ISR status.
  private static final int CONFIGURATION = 2;

  private final InterruptMessages messages;
  private final Runnable refresh;
  private final AtomicInteger isr = new AtomicInteger();

  /// The configuration's vector, then the queues'.
  private final AtomicIntegerArray vectors;

  /// @param refresh shows the driver the configuration as it is now
  PciInterrupts(InterruptMessages messages, int queues, Runnable refresh) {
    this.messages = messages;
    this.refresh = refresh;
    this.vectors = new AtomicIntegerArray(1 + queues);
    reset();
  }

  @Override
  public void reset() {
    isr.set(0);
    for (int i = 0; i < vectors.length(); i++) {
      vectors.set(i, PciRegisters.NO_VECTOR);
    }
  }

  int configurationVector() {
    return vectors.get(0);
  }

  int queueVector(int queue) {
    return vectors.get(1 + queue);
  }

  /// Vectors that there are not become none, which the driver can read (4.1.5.1.2).
  void setConfigurationVector(int vector) {
    vectors.set(0, existing(vector));
  }

  void setQueueVector(int queue, int vector) {
    vectors.set(1 + queue, existing(vector));
  }

  private int existing(int vector) {
    return vector < messages.count() ? vector : PciRegisters.NO_VECTOR;
  }

  private void send(int vector) {
    if (vector != PciRegisters.NO_VECTOR) {
      messages.send(vector);
    }
  }

  @Override
  public void usedBuffers(int queue) {
    send(queueVector(queue));
  }

  @Override
  public void statusChanged() {
    isr.getAndUpdate(causes -> causes | CONFIGURATION);
    send(configurationVector());
  }

  @Override
  public void configurationChanged() {
    refresh.run();
    statusChanged();
  }

  /// Causes that were not read. A read acknowledges them.
  int takeCauses() {
    return isr.getAndSet(0);
  }

  @Override
  public int causes() {
    return isr.get();
  }

  @Override
  public void restoreCauses(int causes) {
    isr.set(causes);
  }

  @Override
  public List<Integer> vectors() {
    return IntStream.range(0, vectors.length()).mapToObj(vectors::get).toList();
  }

  @Override
  public void restoreVectors(List<Integer> state) {
    if (state.size() != vectors.length()) {
      throw new IllegalArgumentException("the state is of another kind of transport");
    }
    for (int i = 0; i < state.size(); i++) {
      vectors.set(i, existing(state.get(i)));
    }
  }
}
