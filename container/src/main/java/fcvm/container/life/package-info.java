/// What outlives a container's run, as values and files: how it ended, what it said, how well it
/// is.
package fcvm.container.life;
