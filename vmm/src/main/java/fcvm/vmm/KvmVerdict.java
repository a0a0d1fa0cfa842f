package fcvm.vmm;

import java.util.List;
import java.util.Optional;

/// What KVM can do on this computer. Only [Native] boots an ordinary kernel.
public sealed interface KvmVerdict {
  /// Why it is so, in one line.
  String cause();

  /// What to do about it, in one line; empty if there is nothing to do.
  String remedy();

  /// Ordinary kernels boot.
  ///
  /// @param nesting in which ways guests can be hypervisors, and what keeps them from it
  record Native(List<NestingSupport> nesting) implements KvmVerdict {
    public Native {
      nesting = List.copyOf(nesting);
    }

    /// What keeps guests from being hypervisors in one way; empty if nothing does.
    public Optional<Obstacle> obstacle(Nesting way) {
      return nesting.stream()
          .filter(support -> support.way() == way)
          .findFirst()
          .flatMap(NestingSupport::obstacle);
    }

    /// Whether guests may have KVM themselves.
    public boolean nested() {
      return nesting.stream().anyMatch(NestingSupport::isThere);
    }

    @Override
    public String cause() {
      return "KVM works, "
          + (nested() ? "also nested: guests may have KVM themselves" : "not nested");
    }

    @Override
    public String remedy() {
      return "";
    }
  }

  /// `/dev/kvm` answers, but what a kernel does fails, and the processor shows no virtualization: a
  /// software KVM such as PVM, which runs tiny guests of real mode.
  ///
  /// @param failure how a guest failed that does what kernels do
  record TinyGuestsOnly(String failure) implements KvmVerdict {
    @Override
    public String cause() {
      return "/dev/kvm opens, but "
          + failure
          + ". The processor has neither vmx nor svm: this is a software KVM (PVM), which cannot"
          + " boot an ordinary kernel";
    }

    @Override
    public String remedy() {
      return "use the emulated machine, or a computer with hardware virtualization";
    }
  }

  /// There is no `/dev/kvm`.
  record Absent() implements KvmVerdict {
    @Override
    public String cause() {
      return "there is no /dev/kvm: the processor cannot virtualize, the firmware has it off, or"
          + " the module kvm_intel or kvm_amd is not loaded";
    }

    @Override
    public String remedy() {
      return "turn virtualization on in the firmware and load the module, or use the emulated"
          + " machine";
    }
  }

  /// `/dev/kvm` is there, and this user may not open it.
  record NotPermitted() implements KvmVerdict {
    @Override
    public String cause() {
      return "/dev/kvm may not be opened by this user";
    }

    @Override
    public String remedy() {
      return "add the user to the group kvm (usermod -aG kvm USER) and log in again";
    }
  }

  /// KVM is there and fails.
  ///
  /// @param reason what failed, and how
  record Broken(String reason) implements KvmVerdict {
    @Override
    public String cause() {
      return "KVM does not work: " + reason;
    }

    @Override
    public String remedy() {
      return "see what the kernel says about kvm (dmesg), or use the emulated machine";
    }
  }
}
