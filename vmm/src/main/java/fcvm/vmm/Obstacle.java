package fcvm.vmm;

/// What keeps something from working on this computer.
///
/// @param cause what is missing, in one line
/// @param remedy what to do about it, in one line
public record Obstacle(String cause, String remedy) {
  @Override
  public String toString() {
    return cause + "; " + remedy;
  }
}
