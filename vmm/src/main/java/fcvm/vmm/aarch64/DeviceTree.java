package fcvm.vmm.aarch64;

import fcvm.vmm.AddressRange;
import fcvm.vmm.BootPlan;
import fcvm.vmm.Pl031;
import fcvm.vmm.Uart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The device tree of an aarch64 microVM: what hardware there is and where, and what to boot.
/// Bindings: Documentation/devicetree/bindings in Linux.
final class DeviceTree {
  private static final int GIC_PHANDLE = 1;
  private static final int CLOCK_PHANDLE = 2;
  private static final int ITS_PHANDLE = 3;

  // The three cells of a GIC interrupt (arm,gic-v3.yaml): kind, number, trigger.
  private static final int SPI = 0;
  private static final int PPI = 1;
  private static final int EDGE_RISING = 1;
  private static final int LEVEL_HIGH = 4;

  /// Memory below 4 GiB, not prefetchable.
  private static final int MEMORY_32 = 0x0200_0000;

  private static final int MAINTENANCE_PPI = 9;
  // Secure physical, physical, virtual, hypervisor physical, hypervisor virtual, which only VHE
  // uses (arm,arch_timer.yaml).
  private static final List<Integer> TIMER_PPIS = List.of(13, 14, 11, 10, 12);

  private static final int UART_CLOCK = 1_843_200;
  private static final int APB_CLOCK = 24_000_000;

  private DeviceTree() {}

  /// The tree's bytes.
  ///
  /// @param initrd where the initrd is, if there is one
  /// @param seed entropy for the kernel's random number generator, from the host
  static byte[] of(BootPlan plan, @Nullable AddressRange initrd, byte[] seed) {
    Fdt fdt = new Fdt();
    fdt.begin("")
        .strings("compatible", "linux,dummy-virt")
        .cells("#address-cells", 2)
        .cells("#size-cells", 2)
        .cells("interrupt-parent", GIC_PHANDLE);
    chosen(fdt, plan, initrd, seed);
    memory(fdt, plan);
    cpus(fdt, plan);
    interruptController(fdt, plan);
    timer(fdt, plan.nesting().isOn() ? TIMER_PPIS : TIMER_PPIS.subList(0, 4));
    legacyDevices(fdt);
    if (plan.isPci()) {
      pci(fdt);
    } else {
      for (int n = 0; n < plan.devices(); n++) {
        virtioDevice(fdt, n);
      }
    }
    return fdt.end().toBytes();
  }

  private static void chosen(Fdt fdt, BootPlan plan, @Nullable AddressRange initrd, byte[] seed) {
    fdt.begin("chosen")
        .strings("bootargs", plan.cmdline())
        .strings("stdout-path", "/" + nodeName("uart", Aarch64.UART))
        .property("rng-seed", seed);
    if (plan.isPci()) {
      // Linux would move the functions otherwise, and ours do not move.
      fdt.cells("linux,pci-probe-only", 1);
    }
    if (initrd != null) {
      fdt.longs("linux,initrd-start", initrd.gpa()).longs("linux,initrd-end", initrd.end());
    }
    fdt.end();
  }

  /// Memory that the kernel may use; the first piece of it belongs to the monitor.
  private static void memory(Fdt fdt, BootPlan plan) {
    for (AddressRange range : plan.memory()) {
      long reserved = range.gpa() == Aarch64.DRAM ? Aarch64.SYSTEM_MEMORY_SIZE : 0;
      long gpa = range.gpa() + reserved;
      fdt.begin("memory@" + Long.toHexString(gpa))
          .strings("device_type", "memory")
          .longs("reg", gpa, range.size() - reserved)
          .end();
    }
  }

  private static void cpus(Fdt fdt, BootPlan plan) {
    fdt.begin("cpus").cells("#address-cells", 2).cells("#size-cells", 0);
    for (int i = 0; i < plan.vcpus(); i++) {
      long mpidr = Aarch64.mpidr(i);
      fdt.begin("cpu@" + Long.toHexString(mpidr))
          .strings("device_type", "cpu")
          .strings("compatible", "arm,arm-v8")
          .strings("enable-method", "psci")
          .longs("reg", mpidr)
          .end();
    }
    fdt.end();
    // A call to a hypervisor would be for the guest's own EL2, where it has one.
    String method = plan.nesting().isOn() ? "smc" : "hvc";
    fdt.begin("psci").strings("compatible", "arm,psci-0.2").strings("method", method).end();
  }

  private static void interruptController(Fdt fdt, BootPlan plan) {
    AddressRange redistributors = Aarch64.redistributors(plan.vcpus());
    fdt.begin("intc@" + Long.toHexString(Aarch64.GIC_DISTRIBUTOR.gpa()))
        .strings("compatible", "arm,gic-v3")
        .flag("interrupt-controller")
        .cells("#interrupt-cells", 3)
        .longs(
            "reg",
            Aarch64.GIC_DISTRIBUTOR.gpa(),
            Aarch64.GIC_DISTRIBUTOR.size(),
            redistributors.gpa(),
            redistributors.size())
        .cells("phandle", GIC_PHANDLE)
        .cells("interrupts", PPI, MAINTENANCE_PPI, LEVEL_HIGH);
    if (plan.isPci()) {
      AddressRange its = Aarch64.its(plan.vcpus());
      fdt.cells("#address-cells", 2)
          .cells("#size-cells", 2)
          .flag("ranges")
          .begin(nodeName("msic", its.gpa()))
          .strings("compatible", "arm,gic-v3-its")
          .flag("msi-controller")
          .cells("#msi-cells", 1)
          .longs("reg", its.gpa(), its.size())
          .cells("phandle", ITS_PHANDLE)
          .end();
    }
    fdt.end();
  }

  /// The bus, whose functions have their addresses already (pci-host-ecam-generic.yaml).
  private static void pci(Fdt fdt) {
    AddressRange ecam = Aarch64.PCI.ecam();
    AddressRange memory = Aarch64.PCI.memory();
    fdt.begin(nodeName("pcie", ecam.gpa()))
        .strings("compatible", "pci-host-ecam-generic")
        .strings("device_type", "pci")
        .longs("reg", ecam.gpa(), ecam.size())
        .cells("bus-range", 0, 0)
        .cells("linux,pci-domain", 0)
        .cells("#address-cells", 3)
        .cells("#size-cells", 2)
        .cells(
            "ranges",
            MEMORY_32,
            0,
            (int) memory.gpa(),
            0,
            (int) memory.gpa(),
            0,
            (int) memory.size())
        .cells("msi-map", 0, ITS_PHANDLE, 0, 1 << Short.SIZE)
        .flag("dma-coherent")
        .end();
  }

  private static void timer(Fdt fdt, List<Integer> ppis) {
    int[] interrupts = new int[ppis.size() * 3];
    for (int i = 0; i < ppis.size(); i++) {
      interrupts[3 * i] = PPI;
      interrupts[3 * i + 1] = ppis.get(i);
      interrupts[3 * i + 2] = LEVEL_HIGH;
    }
    fdt.begin("timer")
        .strings("compatible", "arm,armv8-timer")
        .flag("always-on")
        .cells("interrupts", interrupts)
        .end();
  }

  private static void legacyDevices(Fdt fdt) {
    fdt.begin("apb-pclk")
        .strings("compatible", "fixed-clock")
        .cells("#clock-cells", 0)
        .cells("clock-frequency", APB_CLOCK)
        .strings("clock-output-names", "clk24mhz")
        .cells("phandle", CLOCK_PHANDLE)
        .end();
    fdt.begin(nodeName("rtc", Aarch64.RTC))
        .strings("compatible", "arm,pl031", "arm,primecell")
        .longs("reg", Aarch64.RTC, Pl031.SIZE)
        .cells("clocks", CLOCK_PHANDLE)
        .strings("clock-names", "apb_pclk")
        .end();
    fdt.begin(nodeName("uart", Aarch64.UART))
        .strings("compatible", "ns16550a")
        .longs("reg", Aarch64.UART, Uart.SIZE)
        .cells("interrupts", SPI, Aarch64.UART_SPI, LEVEL_HIGH)
        .cells("clock-frequency", UART_CLOCK)
        .end();
  }

  private static void virtioDevice(Fdt fdt, int n) {
    fdt.begin(nodeName("virtio_mmio", Aarch64.virtioAddress(n)))
        .strings("compatible", "virtio,mmio")
        .longs("reg", Aarch64.virtioAddress(n), AddressRange.VIRTIO_MMIO_SIZE)
        .cells("interrupts", SPI, Aarch64.virtioSpi(n), EDGE_RISING)
        .flag("dma-coherent")
        .end();
  }

  private static String nodeName(String name, long address) {
    return name + "@" + Long.toHexString(address);
  }
}
