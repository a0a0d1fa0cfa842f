package fcvm.vmm;

import java.util.Optional;

/// Whether this computer's KVM lets guests be hypervisors in one way.
///
/// @param way not [Nesting#OFF]
/// @param obstacle what keeps them from it; empty if nothing does
public record NestingSupport(Nesting way, Optional<Obstacle> obstacle) {
  /// Whether they can.
  public boolean isThere() {
    return obstacle.isEmpty();
  }
}
