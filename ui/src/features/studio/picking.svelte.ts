/** Whether the model picker is open; Ctrl+M opens it from anywhere in the studio. */
class Picking {
  open = $state(false)
}

export const picking = new Picking()
