/// What runs in the guest: pid 1, which sets the system up, runs the container and serves commands.
///
/// Start with [fcvm.agent.Main]. It mounts what is missing (`GuestSystem`) and plays the guest's
/// role: a microVM's (`VmRole`) fetches the plan, starts `podman run` (`PodmanRun`) and powers off
/// in the end (`PowerOff`).
///
/// A command is served by [fcvm.agent.ExecService], one per connection. A request becomes a
/// [fcvm.agent.Command] through [fcvm.agent.Targets], in the guest's system
/// ([fcvm.agent.SystemTarget]) or in its container (`ContainerTarget`); the [fcvm.agent.Reaper],
/// which waits for every process there is, starts it; `CommandRun` moves its [fcvm.agent.Streams]
/// until it has ended.
package fcvm.agent;
