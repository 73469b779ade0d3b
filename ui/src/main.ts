import './kit/fonts.css'
import './kit/tokens.css'
import './kit/reset.css'
import { mount } from 'svelte'
import App from './App.svelte'
import { leaveComposing } from './lib/hotkeys'

const target = document.getElementById('app')
leaveComposing(window)
if (target) mount(App, { target })
