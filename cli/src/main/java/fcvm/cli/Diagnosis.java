package fcvm.cli;

import fcvm.linux.Arch;
import fcvm.vmm.KvmProbe;
import fcvm.vmm.KvmVerdict;
import fcvm.vmm.NestingSupport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What this computer can run, and how.
///
/// @param arch the architecture of the microVMs
/// @param way how they run
/// @param kvm which KVM this computer itself has: native, pvm, absent, not-permitted, broken
/// @param nested whether guests may have KVM themselves
/// @param probes all that was looked at
record Diagnosis(Arch arch, Way way, String kvm, boolean nested, List<Probe> probes) {
  /// How microVMs run.
  enum Way {
    /// On this computer's KVM.
    NATIVE,
    /// In the emulated machine, on the KVM there.
    EMULATED,
    /// Not at all.
    NONE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Looks at everything.
  static Diagnosis of(Invocation invocation) {
    KvmVerdict verdict = KvmProbe.probe();
    Placement placement = Placement.of(invocation);
    List<Probe> probes = new ArrayList<>();
    Computer computer = new Computer(invocation);
    boolean emulated = placement instanceof Placement.Emulated;
    probes.add(computer.processor());
    probes.add(kvmProbe(verdict, emulated));
    if (verdict instanceof KvmVerdict.Native kvm) {
      kvm.nesting().forEach(support -> probes.add(nestingProbe(support)));
    }
    probes.add(computer.runtime());
    boolean directories = computer.directories(probes);
    computer.setupTools(probes);
    if (placement instanceof Placement.Emulated where) {
      probes.add(computer.memoryForMachine());
      if (directories) {
        probes.add(computer.machine(where.arch()));
      }
    } else {
      probes.add(computer.memory());
    }
    boolean blocked = probes.stream().anyMatch(probe -> probe.status() == Probe.Status.BAD);
    return new Diagnosis(
        placement instanceof Placement.Emulated where ? where.arch() : Arch.current(),
        blocked ? Way.NONE : emulated ? Way.EMULATED : Way.NATIVE,
        kind(verdict),
        // The emulated machine is made so that it nests, on both architectures.
        emulated || (verdict instanceof KvmVerdict.Native kvm && kvm.nested()),
        List.copyOf(probes));
  }

  private static Probe kvmProbe(KvmVerdict verdict, boolean emulated) {
    if (verdict instanceof KvmVerdict.Native) {
      return Probe.good("kvm", verdict.cause());
    }
    return emulated
        ? Probe.warning("kvm", verdict.cause(), verdict.remedy())
        : Probe.bad("kvm", verdict.cause(), verdict.remedy());
  }

  // A container needs none of it.
  private static Probe nestingProbe(NestingSupport support) {
    String name = "nested " + support.way();
    return support
        .obstacle()
        .map(obstacle -> Probe.warning(name, obstacle.cause(), obstacle.remedy()))
        .orElseGet(() -> Probe.good(name, "guests can be hypervisors"));
  }

  private static String kind(KvmVerdict verdict) {
    return switch (verdict) {
      case KvmVerdict.Native _ -> "native";
      case KvmVerdict.TinyGuestsOnly _ -> "pvm";
      case KvmVerdict.Absent _ -> "absent";
      case KvmVerdict.NotPermitted _ -> "not-permitted";
      case KvmVerdict.Broken _ -> "broken";
    };
  }

  /// Whether containers run here.
  boolean canRun() {
    return way != Way.NONE;
  }

  /// All of it in one sentence.
  String verdict() {
    String nesting = nested ? "nested virtualization works" : "no nested virtualization";
    return switch (way) {
      case NATIVE -> "Containers run on native KVM (%s, %s).".formatted(arch, nesting);
      case EMULATED ->
          "Containers run in the emulated %s machine (this computer's KVM: %s; %s in the machine)."
              .formatted(arch, kvm, nesting);
      case NONE -> "Containers cannot run here: see what is marked ✖.";
    };
  }
}
