package fcvm.vmm;

import fcvm.kvm.Kvm;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.VmFd;
import fcvm.linux.Arch;
import fcvm.linux.EventLoop;
import fcvm.linux.Join;
import fcvm.linux.LinuxException;
import fcvm.linux.Mapping;
import fcvm.virtio.GuestMemory;
import fcvm.virtio.VirtioDevice;
import fcvm.virtio.blk.Block;
import fcvm.virtio.rng.Rng;
import fcvm.virtio.vsock.Vsock;
import fcvm.vmm.pci.PciSlots;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A running microVM, from [#boot] to [#close].
///
/// Threads: one per vCPU ([VcpuThread]), one event loop that serves the devices but volumes, one
/// that carries serial output away. The methods here may be called from any other thread.
///
/// [#close] is the only way in which memory, descriptors and threads are released; it may be called
/// at any time, and again.
public final class MicroVm implements AutoCloseable {
  private static final long MIB = 1 << 20;

  private final Teardown teardown = new Teardown();
  private final VmEnd end;
  private final Uart uart;

  /// Builds the machine, loads the kernel, and starts the vCPUs.
  ///
  /// @param serial takes what the guest's serial port sends; flushed often, never closed
  /// @throws BootException if a file is not what it should be, something does not fit, or there is
  ///   no KVM for this user
  /// @throws IOException if the host refuses something: a disk, a socket, memory
  public static MicroVm boot(VmConfig config, OutputStream serial)
      throws BootException, IOException {
    return new MicroVm(config, Architecture.of(Arch.current()), serial);
  }

  private MicroVm(VmConfig config, Architecture architecture, OutputStream serial)
      throws BootException, IOException {
    boolean built = false;
    try {
      Kvm kvm = openKvm();
      teardown.add(kvm);
      checkNesting(kvm, architecture, config.machine().nesting());

      // Memory and what is loaded into it: first, because it finds most mistakes.
      List<AddressRange> ranges = architecture.memoryRanges(config.machine().memMib() * MIB);
      Mapping mapping = Mapping.guestMemory(config.machine().memMib() * MIB);
      teardown.add(mapping);
      GuestMemory memory = guestMemory(ranges, mapping.segment());
      BootPlan plan = bootPlan(config, architecture, ranges);
      VcpuSetup setup = architecture.load(plan, memory);
      List<DeviceSpec> devices = config.devices();
      Optional<PciLayout> pci = plan.isPci() ? Optional.of(architecture.pci()) : Optional.empty();
      // Unmapped after the VM is gone: before, KVM would look for each page in all page tables of
      // a nested guest's guests.
      Mapping registers = Mapping.anonymous(registerBytes(pci, devices.size()));
      teardown.add(registers);

      // The machine without devices.
      VmFd vm = kvm.createVm();
      teardown.add(vm);
      int slot = setMemorySlots(vm, memory);
      architecture.beforeVcpus(vm);
      List<VcpuFd> vcpus = createVcpus(kvm, vm, config.machine().vcpus(), setup);
      architecture.afterVcpus(vm, plan, vcpus);

      // Devices.
      Bus ports = new Bus();
      Bus mmio = new Bus();
      this.end = new VmEnd(vcpus);
      EventLoop loop = new EventLoop();
      teardown.add(loop);
      startLoop(loop);
      SerialOutput output = new SerialOutput(serial);
      teardown.add(output);
      Board board = new Board(vm, ports, mmio, output, end);
      this.uart = architecture.attachLegacyDevices(board);
      MemorySegment page = registers.segment();
      boolean isReadable = architecture.showsMemoryAsDevices(vcpus.getFirst());
      VirtioSlots slots =
          pci.isPresent()
              ? new PciSlots(board, pci.get(), memory, loop, page, slot, isReadable)
              : new MmioSlots(board, architecture, memory, loop, page, slot, isReadable);
      teardown.add(slots);
      for (DeviceSpec spec : devices) {
        VirtioSlots.Slot one = plug(slots, device(spec, config));
        teardown.add(one);
        one.connect();
      }

      // From here on the guest runs.
      List<VcpuThread> threads =
          vcpus.stream().map(v -> new VcpuThread(v, architecture, ports, mmio, end)).toList();
      threads.forEach(teardown::add);
      // Before the joins, since closing goes backwards: what lets the threads end.
      teardown.add(output::release);
      teardown.add(uart::close);
      teardown.add(this::stop);
      threads.forEach(VcpuThread::start);
      built = true;
    } finally {
      if (!built) {
        teardown.close();
      }
    }
  }

  private static Kvm openKvm() throws BootException {
    try {
      return Kvm.open();
    } catch (LinuxException e) {
      KvmVerdict verdict = KvmProbe.verdict(e);
      throw new BootException(verdict.cause() + "; " + verdict.remedy(), e);
    }
  }

  private static void checkNesting(Kvm kvm, Architecture architecture, Nesting wanted)
      throws BootException, IOException {
    if (!wanted.isOn()) {
      return;
    }
    Optional<NestingSupport> support =
        architecture.nesting(kvm).stream().filter(one -> one.way() == wanted).findFirst();
    if (support.isEmpty()) {
      throw new BootException("nested mode '" + wanted + "' is not this architecture's");
    }
    if (!support.get().isThere()) {
      throw new BootException(support.get().obstacle().orElseThrow().toString());
    }
  }

  private static BootPlan bootPlan(
      VmConfig config, Architecture architecture, List<AddressRange> ranges) throws BootException {
    boolean isPci = config.machine().pci();
    int devices = config.devices().size();
    int room = isPci ? PciSlots.COUNT : architecture.maxDevices();
    if (devices > room) {
      throw new BootException(devices + " devices: there is room for " + room);
    }
    return new BootPlan(
        config.bootSource().kernel(),
        config.bootSource().initrd(),
        config.cmdline(),
        ranges,
        config.machine().vcpus(),
        config.machine().nesting(),
        devices,
        isPci);
  }

  private static long registerBytes(Optional<PciLayout> pci, int devices) {
    return pci.isPresent() ? PciSlots.registerBytes(devices) : MmioSlots.registerBytes(devices);
  }

  private static GuestMemory guestMemory(List<AddressRange> ranges, MemorySegment mapping) {
    List<GuestMemory.Region> regions = new ArrayList<>();
    long offset = 0;
    for (AddressRange range : ranges) {
      regions.add(new GuestMemory.Region(range.gpa(), mapping.asSlice(offset, range.size())));
      offset += range.size();
    }
    return new GuestMemory(regions);
  }

  /// @return the first slot that is free
  private static int setMemorySlots(VmFd vm, GuestMemory memory) throws IOException {
    int slot = 0;
    for (GuestMemory.Region region : memory.regions()) {
      vm.setUserMemoryRegion(slot++, 0, region.gpa(), region.memory());
    }
    return slot;
  }

  private List<VcpuFd> createVcpus(Kvm kvm, VmFd vm, int count, VcpuSetup setup)
      throws IOException {
    List<VcpuFd> vcpus = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      VcpuFd vcpu = vm.createVcpu(i);
      teardown.add(vcpu);
      vcpus.add(vcpu);
    }
    for (int i = 0; i < count; i++) {
      setup.setUp(kvm, vm, vcpus.get(i), i);
    }
    return vcpus;
  }

  @SuppressWarnings("CatchingUnchecked") // a bug in a device ends this VM with a report, not a hang
  private void startLoop(EventLoop loop) {
    Runnable run =
        () -> {
          try {
            loop.run();
          } catch (Throwable e) {
            end.end(new VmExit.Crash("event loop: " + e));
          }
        };
    Thread thread = Thread.ofPlatform().name("devices").daemon().start(run);
    teardown.add(() -> {
      loop.stop();
      Join.uninterruptibly(thread);
    });
  }

  private static VirtioDevice device(DeviceSpec spec, VmConfig config) throws IOException {
    return switch (spec) {
      case DeviceSpec.Drive drive -> new Block(drive.path(), drive.readOnly(), drive.id());
      case DeviceSpec.Vsock vsock -> new Vsock(vsock.guestCid(), vsock.udsPath());
      case DeviceSpec.Network network -> NetworkDevice.of(network);
      case DeviceSpec.FileSystem fs ->
          FileSystemDevice.of(fs, config.fileSystems().size(), config.machine().vcpus());
      case DeviceSpec.Entropy _ -> new Rng();
    };
  }

  private static VirtioSlots.Slot plug(VirtioSlots slots, VirtioDevice device) throws IOException {
    try {
      return slots.plug(device);
    } catch (IOException e) {
      device.close(); // nobody else owns it yet
      throw e;
    }
  }

  /// Waits until the microVM has ended.
  public VmExit await() throws InterruptedException {
    return end.await();
  }

  /// Ends the microVM now, as pulling the plug does; does nothing if it has ended.
  public void stop() {
    end.end(new VmExit.Stopped());
  }

  /// Types on the guest's serial port. Waits while the guest does not read, until the end.
  public void serialInput(byte[] bytes) throws InterruptedException {
    uart.input(bytes);
  }

  /// Ends the microVM if it still runs, waits for its threads, and releases everything.
  @Override
  public synchronized void close() {
    teardown.close();
  }
}
